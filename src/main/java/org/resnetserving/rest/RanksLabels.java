package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.Explode;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.resnetserving.dataplane.ClassifyParameters;

/** The parameters of an operation that answers with ranked labels, as OpenAPI tells them. */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Parameter(
    name = ClassifyParameters.TOP_K,
    in = ParameterIn.QUERY,
    description = "How many predictions: 1 to the number of classes, or `all`",
    schema = @Schema(type = "string", defaultValue = "5", pattern = "[1-9][0-9]*|all"))
@Parameter(
    name = ClassifyParameters.MIN_PROBABILITY,
    in = ParameterIn.QUERY,
    description = "Leaves out predictions that are less probable",
    schema = @Schema(type = "number", defaultValue = "0", minimum = "0", maximum = "1"))
@Parameter(
    name = ClassifyParameters.LABELS,
    in = ParameterIn.QUERY,
    description =
        "Ranks only these, by name, WordNet id or index; probabilities stay those among all",
    array = @ArraySchema(schema = @Schema(type = "string")),
    explode = Explode.FALSE)
@Parameter(
    name = ClassifyParameters.ROLLUP,
    in = ParameterIn.QUERY,
    description =
        "Adds what the first label is a kind of, as fine as its probability reaches this; `true` is"
            + " 0.75",
    schema = @Schema(type = "string", defaultValue = "false"))
@Parameter(
    name = ClassifyParameters.UNSURE_BELOW,
    in = ParameterIn.QUERY,
    description =
        "The answer says `unsure` if the first label is less probable; default is the model's own",
    schema = @Schema(type = "number", minimum = "0", maximum = "1"))
@Parameter(
    name = ClassifyParameters.VIEWS,
    in = ParameterIn.QUERY,
    description = "10 averages the probabilities over corners, middle and their mirror images",
    schema =
        @Schema(
            type = "string",
            defaultValue = "1",
            allowableValues = {"1", "10"}))
@interface RanksLabels {}
