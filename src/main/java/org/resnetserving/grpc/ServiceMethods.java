package org.resnetserving.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.resnetserving.admission.Terms;
import org.resnetserving.problem.ProblemException;

/** Puts a service together, method by method. */
public final class ServiceMethods {
  private final PictureCalls pictures;
  private final String service;
  private final ProtoFileDescriptorSupplier schema;
  private final List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();

  /**
   * @param pictures lets calls in
   * @param service its whole name
   * @param file that describes it, for who reflects
   */
  public ServiceMethods(PictureCalls pictures, String service, FileDescriptor file) {
    this.pictures = pictures;
    this.service = service;
    this.schema = () -> file;
  }

  /**
   * A method that answers at once, on one of few threads.
   *
   * @param request an empty one
   * @param response an empty one
   */
  public <Q extends Message, R extends Message> void quick(
      String name, Q request, R response, Function<Q, R> answer) {
    add(name, request, response, admitted(answering(answer)));
  }

  /** As {@link #quick}, and whoever calls is answered: for probes. */
  public <Q extends Message, R extends Message> void open(
      String name, Q request, R response, Function<Q, R> answer) {
    add(name, request, response, answering(answer));
  }

  private static <Q, R> ServerCallHandler<Q, R> answering(Function<Q, R> answer) {
    return ServerCalls.asyncUnaryCall(
        (asked, observer) -> {
          try {
            observer.onNext(answer.apply(asked));
            observer.onCompleted();
          } catch (RuntimeException e) {
            observer.onError(Statuses.of(e));
          }
        });
  }

  private <Q extends Message, R extends Message> void add(
      String name, Q request, R response, ServerCallHandler<Q, R> handler) {
    methods.add(ServerMethodDefinition.create(descriptor(name, request, response), handler));
  }

  private <Q, R> ServerCallHandler<Q, R> admitted(ServerCallHandler<Q, R> next) {
    return (call, headers) -> {
      try {
        pictures.admit(call, headers);
      } catch (ProblemException e) {
        Statuses.close(call, e);
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    };
  }

  /**
   * A method whose messages bring pictures.
   *
   * @param request an empty one
   * @param response an empty one
   * @param terms on which a message is read, before it is known whom it asks
   */
  public <Q extends Message, R extends Message> void pictures(
      String name, Q request, R response, Terms terms, CallWork<R> work) {
    methods.add(pictures.method(descriptor(name, request, response), terms, work));
  }

  private <Q extends Message, R extends Message> MethodDescriptor<Q, R> descriptor(
      String name, Q request, R response) {
    return MethodDescriptor.<Q, R>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setRequestMarshaller(ProtoUtils.marshaller(request))
        .setResponseMarshaller(ProtoUtils.marshaller(response))
        .build();
  }

  /** All of them. */
  public ServerServiceDefinition service() {
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service).setSchemaDescriptor(schema);
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }
}
