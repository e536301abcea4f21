package org.resnetserving.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.springframework.asm.ClassReader;

/**
 * The JDK's modules that classes name in their constants: as jdeps finds them, in seconds instead
 * of minutes.
 */
final class JdkModules {

  /** The tag of a class, JVMS 4.4. */
  private static final int CLASS = 7;

  private JdkModules() {}

  /** The modules that have a package of which a class in one of the folder's jars names a class. */
  static Set<String> namedBy(Path folder) throws IOException {
    Map<String, String> modules = new HashMap<>();
    ModuleFinder.ofSystem()
        .findAll()
        .forEach(
            module ->
                module.descriptor().exports().stream()
                    .filter(exported -> !exported.isQualified())
                    .forEach(
                        exported -> modules.put(exported.source(), module.descriptor().name())));
    Set<String> named = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
          for (ZipEntry entry : classes(zip)) {
            add(packages(zip, entry), modules, named);
          }
        }
      }
    }
    return named;
  }

  private static List<? extends ZipEntry> classes(ZipFile zip) {
    return zip.stream()
        .filter(
            entry ->
                entry.getName().endsWith(".class")
                    && !entry.getName().endsWith("module-info.class"))
        .toList();
  }

  private static void add(Set<String> packages, Map<String, String> modules, Set<String> named) {
    packages.stream().filter(modules::containsKey).map(modules::get).forEach(named::add);
  }

  private static Set<String> packages(ZipFile zip, ZipEntry entry) {
    try (InputStream in = zip.getInputStream(entry)) {
      ClassReader reader = new ClassReader(in);
      char[] buffer = new char[reader.getMaxStringLength()];
      Set<String> packages = new TreeSet<>();
      for (int i = 1; i < reader.getItemCount(); i++) {
        int item = reader.getItem(i);
        if (item > 0 && reader.readByte(item - 1) == CLASS) {
          String name = reader.readUTF8(item, buffer).replaceFirst("^\\[+L?", "");
          int end = name.lastIndexOf('/');
          if (end > 0) {
            packages.add(name.substring(0, end).replace('/', '.'));
          }
        }
      }
      return packages;
    } catch (IOException e) {
      throw new UncheckedIOException(entry.getName(), e);
    }
  }
}
