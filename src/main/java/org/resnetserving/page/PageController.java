package org.resnetserving.page;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The page, for whoever opens the service's address in a browser. */
@RestController
@Hidden
final class PageController {
  private final PageFiles files;

  PageController(PageFiles files) {
    this.files = files;
  }

  /** Asked for again each time, and sent again where it has changed. */
  @GetMapping(path = "/", produces = "text/html;charset=UTF-8")
  ResponseEntity<byte[]> page() {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noCache())
        .eTag(files.digest())
        .body(files.html());
  }
}
