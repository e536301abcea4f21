package org.resnetserving.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the models follow their files: what is described anew is loaded, what has other files takes
 * the place of what is served, what is described no longer is unloaded. A change counts when two
 * looks in a row see the same, so that a file that is still being copied changes nothing. Links are
 * followed, as Kubernetes swaps them. Not thread-safe: one thread looks.
 */
final class ModelsWatch {
  private static final Logger log = LoggerFactory.getLogger(ModelsWatch.class);

  /** Files of a model that is a folder: more than any has. */
  private static final int MAX_FILES = 1000;

  private final Catalog catalog;
  private final ModelRepository repository;
  private final CatalogMetrics metrics;
  private final Supplier<Map<String, ModelDescriptor>> described;
  private @Nullable Map<String, Version> seen;
  private @Nullable Map<String, Version> taken;
  private @Nullable String mistake;

  /**
   * @param metrics is told of changes that fail
   * @param described reads what is described now, by name
   */
  ModelsWatch(
      Catalog catalog,
      ModelRepository repository,
      CatalogMetrics metrics,
      Supplier<Map<String, ModelDescriptor>> described) {
    this.catalog = catalog;
    this.repository = repository;
    this.metrics = metrics;
    this.described = described;
  }

  /** A model as its files were at one look. */
  private record Version(ModelDescriptor descriptor, List<Stamp> files) {}

  /** A file as it was; a size below zero where there is none. */
  private record Stamp(String file, long size, long modifiedMillis) {}

  /** Looks once, and acts on a change that the look before saw too. */
  void look() {
    Map<String, Version> now;
    try {
      now = versions();
    } catch (DescriptorException | IOException e) {
      if (!Objects.equals(mistake, e.getMessage())) {
        mistake = e.getMessage();
        metrics.onChangeFailed();
        log.warn("Models stay as they are: {}", mistake);
      }
      return;
    }
    mistake = null;
    boolean settled = now.equals(seen);
    seen = now;
    if (taken == null) {
      taken = now; // What was there when the service started.
    } else if (settled && !now.equals(taken)) {
      Map<String, Version> before = taken;
      taken = now;
      now.forEach((name, version) -> follow(before.get(name), version));
      before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(this::unload);
    }
  }

  private void follow(@Nullable Version before, Version now) {
    if (now.equals(before)) {
      return;
    }
    String name = now.descriptor().name();
    boolean served = catalog.find(name).isPresent();
    if (before != null && !served) {
      return; // Described, but not asked for.
    }
    try {
      repository.load(now.descriptor());
      log.info("Model {} {}", name, served ? "has other files: it is loaded anew" : "is new");
    } catch (DescriptorException e) {
      metrics.onChangeFailed();
      log.warn("Model {} stays as it is: {}", name, e.getMessage());
    }
  }

  private void unload(String name) {
    if (catalog.find(name).isEmpty()) {
      return;
    }
    try {
      repository.unload(name);
      log.info("Model {} is described no longer, and is unloaded", name);
    } catch (ProblemException e) {
      log.debug("Model {} is described no longer, and was unloaded before", name);
    } catch (IllegalArgumentException e) {
      log.warn("Model {} is described no longer: {}", name, e.getMessage());
    }
  }

  private Map<String, Version> versions() throws IOException {
    Map<String, Version> versions = new HashMap<>();
    for (Map.Entry<String, ModelDescriptor> model : described.get().entrySet()) {
      ModelDescriptor descriptor = model.getValue();
      List<Stamp> files = new ArrayList<>();
      stamp(descriptor.file(), files);
      if (descriptor.labels() != null) {
        stamp(descriptor.labels(), files);
      }
      Path weights = descriptor.weights().file();
      if (weights != null) {
        stamp(weights, files);
      }
      versions.put(model.getKey(), new Version(descriptor, files));
    }
    return versions;
  }

  private static void stamp(Path file, List<Stamp> stamps) throws IOException {
    if (Files.isDirectory(file)) {
      try (Stream<Path> inside = Files.list(file)) {
        for (Path each : inside.sorted().limit(MAX_FILES).toList()) {
          if (Files.isRegularFile(each)) {
            stamp(each, stamps);
          }
        }
      }
      return;
    }
    if (Files.exists(file)) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      stamps.add(
          new Stamp(file.toString(), attributes.size(), attributes.lastModifiedTime().toMillis()));
    } else {
      stamps.add(new Stamp(file.toString(), -1, 0));
    }
  }
}
