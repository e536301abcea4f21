package org.resnetserving.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Doorkeeper;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;

/** Keys, where they are asked for: Spring Security with nothing else than what they take. */
@Configuration(proxyBeanMethods = false)
@Conditional(KeysOn.class)
@ConditionalOnWebApplication
@EnableWebSecurity
class KeysConfiguration {
  /**
   * After the filters that name a request and trace it, and those that say what an answer may be
   * used for; before whatever does anything for it.
   */
  static final int ORDER = -100;

  private static final Logger log = LoggerFactory.getLogger(KeysConfiguration.class);

  @Bean
  ApiKeys apiKeys(SecurityProperties properties, MeterRegistry registry, Ticker ticker) {
    Supplier<List<ApiKey>> keys = properties.keys(ticker);
    log.info("Requests need an API key; those of {} are known", keys.get());
    return new ApiKeys(keys, new KeyMetrics(registry, ticker));
  }

  /** For protocols other than HTTP, which Spring Security does not see. */
  @Bean
  Doorkeeper doorkeeper(ApiKeys keys) {
    return (UnaryOperator<@Nullable String> headers, String from) ->
        keys.require(KeyAuthentication.key(headers), from);
  }

  @Bean
  SecurityFilterChain whoMayAsk(
      HttpSecurity http,
      ApiKeys keys,
      ServletContext main,
      @Qualifier("requestMappingHandlerMapping") HandlerMapping mapping,
      @Qualifier("handlerExceptionResolver") HandlerExceptionResolver resolver) {
    RequestMatcher guarded = new NegatedRequestMatcher(new OpenPaths(main));
    Refusal refusal = new Refusal(mapping, resolver, main);
    AuthenticationFilter filter = new AuthenticationFilter(lookUp(keys), KeyAuthentication::of);
    filter.setFailureHandler(refusal::commence);
    filter.setSuccessHandler(new ClientInLog());
    return http.securityMatcher(guarded)
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .addFilterBefore(filter, AnonymousAuthenticationFilter.class)
        .exceptionHandling(failures -> failures.authenticationEntryPoint(refusal))
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        // A key is sent by who means to, never by a browser of itself, as a cookie is.
        .csrf(AbstractHttpConfigurer::disable)
        .headers(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .build();
  }

  private static AuthenticationManager lookUp(ApiKeys keys) {
    return request -> {
      try {
        return KeyAuthentication.known(
            keys.require((String) request.getCredentials(), request.getName()));
      } catch (ProblemException e) {
        throw new Unauthorized(e);
      }
    };
  }

  @Bean
  DelegatingFilterProxyRegistrationBean keysBeforeAll() {
    DelegatingFilterProxyRegistrationBean registration =
        new DelegatingFilterProxyRegistrationBean("springSecurityFilterChain");
    registration.setOrder(ORDER);
    return registration;
  }

  /** A span for each of the chain's filters tells nobody anything. */
  @Bean
  SecurityObservationSettings noSpansOfFilters() {
    return SecurityObservationSettings.noObservations();
  }

  @Bean
  OpenApiCustomizer keysInTheDocument() {
    return api -> {
      api.getComponents()
          .addSecuritySchemes(
              "bearer", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"))
          .addSecuritySchemes(
              "apiKey",
              new SecurityScheme()
                  .type(SecurityScheme.Type.APIKEY)
                  .in(SecurityScheme.In.HEADER)
                  .name(KeyAuthentication.HEADER));
      api.addSecurityItem(new SecurityRequirement().addList("bearer"))
          .addSecurityItem(new SecurityRequirement().addList("apiKey"));
    };
  }
}
