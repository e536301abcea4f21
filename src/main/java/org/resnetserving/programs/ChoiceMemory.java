package org.resnetserving.programs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.resnetserving.build.Build;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Remembers which program was chosen for a network on this processor, and which one was being tried
 * when the process died. Where it cannot write it forgets.
 */
public final class ChoiceMemory {
  private static final Logger log = LoggerFactory.getLogger(ChoiceMemory.class);

  /** Of what is remembered, and of how it is found out: another one is another memory. */
  private static final String FORMAT = "2";

  private static final int KEY_DIGITS = 24;
  private static final String PART = ".part";
  private static final String TRYING = ".trying";
  private static final String NOTE =
      "A process tried this program. If there are two such files and no process, two died in it, and"
          + " it is not tried for a while: a day if they crashed, an hour if they were killed from"
          + " outside. Delete them to try it again.\n";

  /** Whoever dies once may have died of something else. */
  private static final int DEATHS = 2;

  /** How long a crash counts: a machine changes, and a library may be mended. */
  private static final Duration CRASH_COUNTS = Duration.ofDays(1);

  /**
   * How long it counts that a process was killed from outside: for want of memory, or by an
   * operator, which is none of the program's doing, but might go on as long as it is tried.
   */
  private static final Duration KILL_COUNTS = Duration.ofHours(1);

  /** Bytes of a marker: it has a few names of files. */
  private static final long LONGEST_NOTE = 64 << 10;

  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final String processor;
  private final String version;
  private final InstantSource clock;
  private final AtomicBoolean complained = new AtomicBoolean();

  /** Markers of dead processes, by what they died of. */
  private final Map<Path, Death> deaths = new ConcurrentHashMap<>();

  private volatile boolean kept = true;

  /** What this process chose, for where it cannot be written. */
  private final Map<String, ProgramChoice> chosen = new ConcurrentHashMap<>();

  /* Concurrency: models are loaded by one thread; another stops the service. */
  private volatile @Nullable Marker trying;

  /**
   * Of a trial that is under way.
   *
   * @param file each process has its own, since others may try the same
   * @param lock holds a lock on the file for as long as the process lives
   */
  private record Marker(Path file, FileChannel lock) {}

  /** What became of a process in the middle of a trial. */
  public enum Death {
    /** It crashed, and left a report. */
    CRASH("crashed", CRASH_COUNTS),
    /** It left no report: it was killed from outside, or the machine stopped. */
    KILL("was killed from outside", KILL_COUNTS);

    private final String words;
    private final Duration counts;

    Death(String words, Duration counts) {
      this.words = words;
      this.counts = counts;
    }

    private String line() {
      return "The process " + words + "\n";
    }
  }

  /** What is known of earlier trials of a program. */
  enum Past {
    /** Nothing against it. */
    CLEAR,
    /** Two processes died of late while they tried the program. */
    KILLED,
    /** Either that, or another process tries it now: where files cannot be locked, nobody knows. */
    UNCLEAR
  }

  /**
   * @param folder that the choices are kept in
   */
  public ChoiceMemory(Path folder) {
    this(folder, Processor.here().name(), Build.here().name(), InstantSource.system());
  }

  ChoiceMemory(Path folder, String processor) {
    this(folder, processor, "", InstantSource.system());
  }

  ChoiceMemory(Path folder, String processor, String version, InstantSource clock) {
    this.folder = folder;
    this.processor = processor;
    this.version = version;
    this.clock = clock;
  }

  /**
   * What a choice depends on: what is emitted, where it runs, what runs it, and who chose: another
   * version of the service chooses anew.
   */
  String key(
      Graph graph,
      String weightsSha256,
      int side,
      int maxBatch,
      Collection<ProgramKind> candidates,
      String engineVersion) {
    StringBuilder text = new StringBuilder();
    for (Object part :
        List.of(FORMAT, version, weightsSha256, side, maxBatch, engineVersion, processor)) {
      text.append(part).append('\n');
    }
    for (ProgramKind kind : candidates) {
      text.append(kind).append('\n').append(code(graph, kind, side)).append('\n');
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, KEY_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String code(Graph graph, ProgramKind kind, int side) {
    try {
      return ProgramCompiler.code(graph, kind, side);
    } catch (IllegalArgumentException e) {
      return "none: " + e.getMessage();
    }
  }

  /** What was chosen, unless a program that was left out may be tried again. */
  @Nullable ProgramChoice recall(String key) {
    ProgramChoice choice = read(key);
    if (choice == null) {
      return null;
    }
    for (ProgramTrial trial : choice.trials()) {
      if (ProgramTrial.KILLED.equals(trial.refusal()) && past(key, trial.kind()) != Past.KILLED) {
        return null;
      }
    }
    return choice;
  }

  private @Nullable ProgramChoice read(String key) {
    ProgramChoice own = chosen.get(key);
    if (own != null && own.tuned()) {
      return own;
    }
    try {
      return JSON.readValue(Files.readString(choice(key)), ProgramChoice.class);
    } catch (IOException | JacksonException e) {
      log.debug("Nothing remembered: {}", e.toString());
      return own;
    }
  }

  void remember(String key, ProgramChoice choice) {
    rememberHere(key, choice);
    write(choice(key), JSON.writeValueAsString(choice));
  }

  /** The same for this process alone. */
  void rememberHere(String key, ProgramChoice choice) {
    chosen.put(key, choice);
  }

  /** What markers say of the program: one that is not locked is a dead process's. */
  Past past(String key, ProgramKind kind) {
    Past past = Past.CLEAR;
    int died = 0;
    for (Path marker : markers(key, kind)) {
      try {
        died += isAbandoned(marker) && counts(marker, kind) ? 1 : 0;
      } catch (IOException e) {
        past = Past.UNCLEAR;
      }
    }
    return died >= DEATHS ? Past.KILLED : past;
  }

  /**
   * How many processes of late died in a trial, of which the trial was not run to its end since, as
   * far as this process has seen.
   */
  public long deaths(Death how) {
    return deaths.values().stream().filter(how::equals).count();
  }

  /** Whether what was to be remembered last could be written. */
  public boolean isKept() {
    return kept;
  }

  private List<Path> markers(String key, ProgramKind kind) {
    List<Path> markers = new ArrayList<>();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(folder, marker(key, kind) + "*" + TRYING)) {
      found.forEach(markers::add);
    } catch (IOException | DirectoryIteratorException e) {
      log.debug("No markers: {}", e.toString());
    }
    return markers;
  }

  /** Whether the process that made the marker is gone; an exception says that nobody knows. */
  private static boolean isAbandoned(Path marker) throws IOException {
    // Shared, so that two that look at once do not take each other for the one that tries.
    try (FileChannel file = FileChannel.open(marker, StandardOpenOption.READ);
        FileLock lock = file.tryLock(0, Long.MAX_VALUE, true)) {
      // It may have been deleted, and then unlocked, since it was listed.
      return lock != null && Files.exists(marker);
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      return false; // A trial of another.
    }
  }

  /** Whether the death is one of late; said once for each. */
  private boolean counts(Path marker, ProgramKind kind) throws IOException {
    try {
      Death how = howDied(marker);
      Instant then = Files.getLastModifiedTime(marker).toInstant();
      // Either way: the clock may have been set back since.
      if (Duration.between(then, clock.instant()).abs().compareTo(how.counts) >= 0) {
        deaths.remove(marker);
        return false;
      }
      if (deaths.put(marker, how) == null) {
        log.warn(
            "A process {} at {} while it tried program {}: {} such deaths of late and it is not"
                + " tried for a while (marker {})",
            how.words,
            then.truncatedTo(ChronoUnit.SECONDS),
            ProgramTrial.program(kind),
            DEATHS,
            marker);
      }
      return true;
    } catch (NoSuchFileException e) {
      deaths.remove(marker);
      return false;
    }
  }

  /** What its process died of: noted by the first that looks, since reports are written over. */
  private static Death howDied(Path marker) throws IOException {
    FileTime then = Files.getLastModifiedTime(marker);
    String note = Files.size(marker) > LONGEST_NOTE ? "" : Files.readString(marker);
    for (Death known : Death.values()) {
      if (note.contains(known.line())) {
        return known;
      }
    }
    Death how = CrashReports.isThere(note, then) ? Death.CRASH : Death.KILL;
    try {
      Files.writeString(marker, how.line(), StandardOpenOption.APPEND);
      Files.setLastModifiedTime(marker, then);
    } catch (IOException e) {
      log.debug("Not noted: {}", e.toString());
    }
    return how;
  }

  void trying(String key, ProgramKind kind) {
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, marker(key, kind), PART);
      try {
        mark(part);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      log.debug("Not marked: {}", e.toString());
    }
  }

  /** Writes the marker and locks it before it has the name by which others find it. */
  private void mark(Path part) throws IOException {
    FileChannel lock = FileChannel.open(part, StandardOpenOption.WRITE);
    Path file = folder.resolve(part.getFileName().toString().replace(PART, TRYING));
    trying = new Marker(file, lock);
    String note = NOTE + CrashReports.expected();
    lock.write(ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8)));
    try {
      lock.tryLock();
    } catch (IOException e) {
      log.debug("Files cannot be locked: {}", e.toString());
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The trial has run to its end: whoever died in an earlier one did not die of the program. */
  void absolve(String key, ProgramKind kind) {
    for (Path marker : markers(key, kind)) {
      try {
        if (isAbandoned(marker)) {
          Files.deleteIfExists(marker);
          deaths.remove(marker);
        }
      } catch (IOException e) {
        log.debug("Marker stays: {}", e.toString());
      }
    }
  }

  /** The trial that was begun has ended, or the process is told to stop in the middle of it. */
  void survived() {
    Marker marker = trying;
    if (marker != null) {
      try (FileChannel released = marker.lock()) {
        Files.deleteIfExists(marker.file());
      } catch (IOException e) {
        log.debug("Marker stays: {}", e.toString());
      }
    }
  }

  private void write(Path file, String text) {
    try {
      Files.createDirectories(folder);
      // Other pods may share the folder: they read all of it or nothing.
      Path part = Files.createTempFile(folder, file.getFileName().toString(), PART);
      try {
        Files.writeString(part, text + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
      kept = true;
    } catch (IOException e) {
      kept = false;
      complain(e);
    }
  }

  /** Once: each start tries all programs anew, which somebody will want to know. */
  private void complain(IOException e) {
    if (complained.compareAndSet(false, true)) {
      log.warn(
          "The choice of a program cannot be kept in {} ({}): each start makes it again;"
              + " resnet.cache-directory names another folder",
          folder,
          e.toString());
    }
  }

  private Path choice(String key) {
    return folder.resolve(key + ".choice");
  }

  /** What the names of a program's markers begin with. */
  private static String marker(String key, ProgramKind kind) {
    return key + "." + kind.name() + ".";
  }
}
