package org.resnetserving.repository;

import static org.springframework.web.servlet.function.RouterFunctions.route;

import org.resnetserving.catalog.ModelRepository;
import org.resnetserving.catalog.ModelsEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The addresses, where management has a port of its own. They follow the switch of the actuator's
 * endpoint {@code models}, which does the same; switched off, they say how to switch them on.
 *
 * <p>The management context imports this class by its name. It is no component: that would give the
 * addresses to the public port too.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
public class RepositoryConfiguration {
  private static final String INDEX = "/v2/repository/index";
  private static final String LOAD = "/v2/repository/models/{model}/load";
  private static final String UNLOAD = "/v2/repository/models/{model}/unload";

  @Bean
  @ConditionalOnAvailableEndpoint(ModelsEndpoint.class)
  RouterFunction<ServerResponse> repositoryOn(
      ModelRepository repository, EndpointAccessResolver access) {
    RepositoryHandler handler = new RepositoryHandler(repository);
    boolean mayChange =
        access.accessFor(EndpointId.of("models"), Access.NONE) == Access.UNRESTRICTED;
    return route()
        .POST(INDEX, handler::index)
        .POST(LOAD, mayChange ? handler::load : request -> off())
        .POST(UNLOAD, mayChange ? handler::unload : request -> off())
        .onError(Exception.class, RepositoryHandler::failure)
        .build();
  }

  @Bean
  @ConditionalOnMissingBean(RouterFunction.class)
  RouterFunction<ServerResponse> repositoryOff() {
    return route()
        .POST(INDEX, request -> off())
        .POST(LOAD, request -> off())
        .POST(UNLOAD, request -> off())
        .build();
  }

  private static ServerResponse off() {
    return RepositoryHandler.refusal(
        HttpStatus.FORBIDDEN,
        "Loading and unloading by request is switched off. To switch it on, start the service with"
            + " --management.endpoint.models.access=unrestricted and with models among"
            + " management.endpoints.web.exposure.include.");
  }
}
