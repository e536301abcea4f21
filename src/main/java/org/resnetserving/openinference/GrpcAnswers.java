package org.resnetserving.openinference;

import com.google.protobuf.UnsafeByteOperations;
import inference.DataType;
import inference.InferStatistics;
import inference.ModelConfigResponse;
import inference.ModelInferResponse;
import inference.ModelInput;
import inference.ModelMetadataResponse;
import inference.ModelOutput;
import inference.ModelParameter;
import inference.ModelStatisticsResponse;
import inference.StatisticDuration;
import java.nio.ByteBuffer;
import java.util.Map;
import org.resnetserving.openinference.ModelStatistics.Spent;

/** Answers as protobuf has them. */
final class GrpcAnswers {
  private GrpcAnswers() {}

  /** All tensors raw, as Triton and its clients have them. */
  static ModelInferResponse of(InferResponse response) {
    ModelInferResponse.Builder message =
        ModelInferResponse.newBuilder()
            .setModelName(response.model())
            .setModelVersion(response.version())
            .setId(response.id());
    for (Tensor output : response.outputs()) {
      message.addOutputs(
          ModelInferResponse.InferOutputTensor.newBuilder()
              .setName(output.name())
              .setDatatype(output.datatype().name())
              .addAllShape(output.shape().sizes()));
      ByteBuffer packed = ByteBuffer.allocate(output.packedSize());
      output.pack(packed);
      message.addRawOutputContents(UnsafeByteOperations.unsafeWrap(packed.flip()));
    }
    return message.build();
  }

  static ModelMetadataResponse of(ModelMetadata metadata) {
    return ModelMetadataResponse.newBuilder()
        .setName(metadata.name())
        .addAllVersions(metadata.versions())
        .setPlatform(metadata.platform())
        .addAllInputs(metadata.inputs().stream().map(GrpcAnswers::tensor).toList())
        .addAllOutputs(metadata.outputs().stream().map(GrpcAnswers::tensor).toList())
        .build();
  }

  private static ModelMetadataResponse.TensorMetadata tensor(ModelMetadata.TensorMetadata tensor) {
    return ModelMetadataResponse.TensorMetadata.newBuilder()
        .setName(tensor.name())
        .setDatatype(tensor.datatype())
        .addAllShape(tensor.shape())
        .build();
  }

  static ModelConfigResponse of(ModelConfig config) {
    inference.ModelConfig.Builder message =
        inference.ModelConfig.newBuilder()
            .setName(config.name())
            .setPlatform(config.platform())
            .setBackend(config.backend())
            .setMaxBatchSize(config.maxBatchSize());
    for (ModelConfig.ConfigInput input : config.input()) {
      message.addInput(
          ModelInput.newBuilder()
              .setName(input.name())
              .setDataType(DataType.valueOf(input.dataType()))
              .setFormat(ModelInput.Format.valueOf(input.format()))
              .addAllDims(input.dims()));
    }
    for (ModelConfig.ConfigOutput output : config.output()) {
      message.addOutput(
          ModelOutput.newBuilder()
              .setName(output.name())
              .setDataType(DataType.valueOf(output.dataType()))
              .addAllDims(output.dims()));
    }
    config
        .parameters()
        .forEach(
            (name, text) ->
                message.putParameters(
                    name, ModelParameter.newBuilder().setStringValue(text.stringValue()).build()));
    return ModelConfigResponse.newBuilder().setConfig(message).build();
  }

  static ModelStatisticsResponse of(ModelStatistics.All statistics) {
    ModelStatisticsResponse.Builder message = ModelStatisticsResponse.newBuilder();
    for (ModelStatistics one : statistics.modelStats()) {
      Map<String, Spent> spent = one.inferenceStats();
      message.addModelStats(
          inference.ModelStatistics.newBuilder()
              .setName(one.name())
              .setVersion(one.version())
              .setInferenceCount(one.inferenceCount())
              .setExecutionCount(one.executionCount())
              .setInferenceStats(
                  InferStatistics.newBuilder()
                      .setSuccess(duration(spent, "success"))
                      .setFail(duration(spent, "fail"))
                      .setQueue(duration(spent, "queue"))
                      .setComputeInput(duration(spent, "compute_input"))
                      .setComputeInfer(duration(spent, "compute_infer"))
                      .setComputeOutput(duration(spent, "compute_output"))));
    }
    return message.build();
  }

  private static StatisticDuration duration(Map<String, Spent> spent, String name) {
    Spent one = spent.getOrDefault(name, new Spent(0, 0));
    return StatisticDuration.newBuilder().setCount(one.count()).setNs(one.ns()).build();
  }
}
