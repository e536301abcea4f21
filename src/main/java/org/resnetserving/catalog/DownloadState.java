package org.resnetserving.catalog;

import java.nio.file.Path;
import java.time.Duration;
import org.resnetserving.download.ProgressListener;
import org.resnetserving.download.Source;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.ServedModel;

/** Shows a download in its model's state, and passes on what it is told. */
final class DownloadState implements ProgressListener {
  private static final double MEBIBYTE = 1 << 20;

  private final ServedModel model;
  private final ProgressListener next;

  DownloadState(ServedModel model, ProgressListener next) {
    this.model = model;
    this.next = next;
  }

  @Override
  public void started(Source source, long have, long total) {
    show(have, total);
    next.started(source, have, total);
  }

  @Override
  public void advanced(long have, long total) {
    show(have, total);
    next.advanced(have, total);
  }

  @Override
  public void waiting(String why, Duration most) {
    model.become(ModelState.DOWNLOADING, why);
    next.waiting(why, most);
  }

  @Override
  public void finished(Path file) {
    next.finished(file);
  }

  @Override
  public void ended() {
    next.ended();
  }

  private void show(long have, long total) {
    model.become(
        ModelState.DOWNLOADING,
        total > 0
            ? "%.1f of %.1f MiB (%d %%)"
                .formatted(have / MEBIBYTE, total / MEBIBYTE, 100 * have / total)
            : "%.1f MiB".formatted(have / MEBIBYTE));
  }
}
