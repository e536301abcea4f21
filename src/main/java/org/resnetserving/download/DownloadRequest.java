package org.resnetserving.download;

import java.nio.file.Path;
import java.util.List;

/**
 * A file that is wanted, from the first of several sources that has it. The sources may offer
 * different files that serve the same end, such as one network's weights in two formats.
 *
 * @param name what the file is for, as messages name it
 * @param folder where the file is put
 * @param sources in order of preference
 */
public record DownloadRequest(String name, Path folder, List<Source> sources) {
  public DownloadRequest {
    sources = List.copyOf(sources);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException(name + " has no sources");
    }
  }

  Path target(Source source) {
    return folder.resolve(source.file());
  }
}
