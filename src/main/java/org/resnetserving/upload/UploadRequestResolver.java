package org.resnetserving.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Hands an {@link UploadRequest} to the methods that ask for one. */
final class UploadRequestResolver implements HandlerMethodArgumentResolver {
  private final UploadReader reader;

  UploadRequestResolver(UploadReader reader) {
    this.reader = reader;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == UploadRequest.class;
  }

  @Override
  public UploadRequest resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    return new UploadRequest(
        Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)), reader);
  }
}
