package org.resnetserving.page;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** How the service is, as its page shows it. Programs are better served by the metrics. */
@RestController
@Tag(name = "models")
final class StatusController {
  private final StatusReader reader;

  StatusController(StatusReader reader) {
    this.reader = reader;
  }

  @Operation(
      summary = "Tell how the service is",
      description =
          "Counts since the start, durations of the last minute. Read at most once a second, however many ask.",
      operationId = "status")
  @ApiResponse(responseCode = "200", description = "Models, requests, durations and memory")
  @GetMapping(path = "/v1/status", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Status> status() {
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(reader.status());
  }
}
