package org.resnetserving.problem;

import jakarta.servlet.ServletContext;
import java.net.URI;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Says in problem documents where the page about their type is, and leaves out the path that was
 * asked for, which Spring adds, if it is long.
 */
@RestControllerAdvice
final class ProblemInstance implements ResponseBodyAdvice<Object> {
  private static final int LONGEST = 200;

  @Override
  public boolean supports(
      MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
    return true;
  }

  @Override
  public @Nullable Object beforeBodyWrite(
      @Nullable Object body,
      MethodParameter returnType,
      MediaType selectedContentType,
      Class<? extends HttpMessageConverter<?>> selectedConverterType,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    if (body instanceof ProblemDetail problem) {
      URI instance = problem.getInstance();
      if (instance != null && instance.toString().length() > LONGEST) {
        problem.setInstance(null);
      }
    }
    if (request instanceof ServletServerHttpRequest servlet) {
      ServletContext context = servlet.getServletRequest().getServletContext();
      problems(body).forEach(problem -> addPage(context, problem));
    }
    return body;
  }

  private static Stream<ProblemDetail> problems(@Nullable Object body) {
    if (body instanceof ProblemDetail problem) {
      return Stream.of(problem);
    }
    return body instanceof HoldsProblems answer ? answer.problems() : Stream.empty();
  }

  private static void addPage(ServletContext context, ProblemDetail problem) {
    String page = ProblemPages.path(context, problem.getType());
    if (page != null) {
      problem.setProperty(ProblemPages.MEMBER, page);
    }
  }
}
