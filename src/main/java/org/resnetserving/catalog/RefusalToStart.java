package org.resnetserving.catalog;

import org.jspecify.annotations.Nullable;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.models.DescriptorException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Tells why the service does not start, where that is no bug of ours, without a stack trace. */
final class RefusalToStart implements FailureAnalyzer {
  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof DescriptorException) {
        return new FailureAnalysis(t.getMessage(), "Mend it and start again.", t);
      }
      if (t instanceof EngineFailure) {
        return new FailureAnalysis(
            t.getMessage(),
            "Start on a platform that has natives (see the README), with room for them: resnet.cache-directory names another folder.",
            t);
      }
    }
    return null;
  }
}
