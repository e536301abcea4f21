package org.resnetserving.access;

import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** Tells browsers which other origins' pages may ask, where there are any. */
@Configuration(proxyBeanMethods = false)
@Conditional(OriginsConfiguration.On.class)
@ConditionalOnWebApplication
class OriginsConfiguration {
  /** Before whoever may refuse, lest a page be unable to read the refusal. */
  private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 2;

  @Bean
  FilterRegistrationBean<CorsFilter> otherOrigins(CorsProperties properties) {
    CorsConfiguration cors = new CorsConfiguration();
    cors.setAllowedOrigins(properties.allowedOrigins());
    cors.setMaxAge(properties.maxAge());
    // Whatever it is, it is answered as without a browser: a wrong method by 405, which can be
    // read.
    cors.setAllowedMethods(List.of(CorsConfiguration.ALL));
    cors.setAllowedHeaders(List.of(CorsConfiguration.ALL));
    cors.setExposedHeaders(List.of(CorsConfiguration.ALL));
    UrlBasedCorsConfigurationSource everywhere = new UrlBasedCorsConfigurationSource();
    everywhere.registerCorsConfiguration("/**", cors);
    CorsFilter filter = new CorsFilter(everywhere);
    filter.setCorsProcessor(new Origins());
    FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(ORDER);
    return registration;
  }

  static final class On implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !Binder.get(context.getEnvironment())
          .bind(CorsProperties.PREFIX + ".allowed-origins", Bindable.listOf(String.class))
          .orElse(List.of())
          .isEmpty();
    }
  }
}
