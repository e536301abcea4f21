package org.resnetserving.torch7;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.NetworkReader;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.FileBytes;

/** Reads models that Torch7 saved: in binary, with numbers of a 64-bit machine. */
public final class Torch7Reader implements NetworkReader {
  private static final int MOST_TEXT = 256;

  @Override
  public String format() {
    return "Torch7 model";
  }

  /** An object or a table comes first; those written as text are told too, and refused. */
  @Override
  public boolean matches(Path file, ByteBuffer start) {
    ByteBuffer bytes = start.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(0);
    if (isText(bytes)) {
      return true;
    }
    if (bytes.remaining() < 4 * Integer.BYTES) {
      return false;
    }
    int type = bytes.getInt();
    int index = bytes.getInt();
    if (index < 1) {
      return false;
    } else if (type == ObjectFile.OBJECT) {
      String version = text(bytes);
      return version.startsWith("V ") || version.startsWith("nn.");
    } else if (type == ObjectFile.TABLE) {
      int entries = bytes.getInt();
      int key = bytes.getInt();
      return entries > 0
          && (key == ObjectFile.NUMBER || (key == ObjectFile.STRING && !text(bytes).isEmpty()));
    }
    return false;
  }

  private static boolean isText(ByteBuffer bytes) {
    if (bytes.remaining() < 4) {
      return false;
    }
    byte type = bytes.get(0);
    return (type == '3' || type == '4')
        && bytes.get(1) == '\n'
        && bytes.get(2) == '1'
        && bytes.get(3) == '\n';
  }

  /** A text of printable letters; empty if there is none. */
  private static String text(ByteBuffer bytes) {
    if (bytes.remaining() < Integer.BYTES) {
      return "";
    }
    int length = bytes.getInt();
    if (length < 1 || length > Math.min(MOST_TEXT, bytes.remaining())) {
      return "";
    }
    byte[] letters = new byte[length];
    bytes.get(letters);
    String text = new String(letters, StandardCharsets.ISO_8859_1);
    return text.chars().allMatch(letter -> letter >= ' ' && letter <= '~') ? text : "";
  }

  @Override
  public ImportedNetwork read(FileBytes bytes, Normalization input) {
    if (isText(bytes.start(4))) {
      throw bytes.refuse(
          "is written as text; save it again in binary: torch.save(file, model, 'binary')");
    }
    TorchObject model = ModelFinder.find(bytes, ObjectFile.read(bytes));
    return new TorchGraph(bytes, input).build(model);
  }
}
