package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.media.Schema;

/** What a request to classify is answered with: by how many pictures it brought. */
@Schema(oneOf = {ClassifyResponse.class, ClassifyResults.class})
sealed interface ClassifyAnswer permits ClassifyResponse, ClassifyResults {}
