package org.resnetserving.network;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.resnetserving.network.EmittedProgram.Stored;

/**
 * Writes the {@code data.pkl} of a TorchScript archive: pickle protocol 2, as libtorch reads it.
 */
final class Pickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Pickle() {}

  /** An empty tuple: the {@code constants.pkl} of a program without constants. */
  static byte[] emptyTuple() {
    return new byte[] {(byte) 0x80, 2, ')', '.'};
  }

  /** The program's object: its state as a list of tensors if it packs, else as attributes. */
  static byte[] object(EmittedProgram program) {
    Pickle pickle = new Pickle();
    pickle.op(0x80).op(2);
    pickle.global("__torch__", EmittedProgram.CLASS).op(')').op(0x81);
    if (program.packs()) {
      pickle.tensorList(program.tensors());
    } else {
      pickle.attributes(program.tensors());
    }
    return pickle.op('b').op('.').out.toByteArray();
  }

  private void tensorList(List<Stored> tensors) {
    global("torch.jit._pickle", "build_tensorlist").op('(').op(']').op('(');
    for (int i = 0; i < tensors.size(); i++) {
      tensor(tensors.get(i), i);
    }
    op('e').op('t').op('R');
  }

  private void attributes(List<Stored> tensors) {
    op('}').op('(');
    text("training").op(0x89);
    for (int i = 0; i < tensors.size(); i++) {
      text(tensors.get(i).attribute());
      tensor(tensors.get(i), i);
    }
    op('u');
  }

  private void tensor(Stored tensor, int index) {
    global("torch._utils", "_rebuild_tensor_v2").op('(');
    op('(').text("storage").global("torch", tensor.element().storage());
    text(Integer.toString(index)).text("cpu");
    number(Math.toIntExact(tensor.weight().elements())).op('t').op('Q');
    number(0).tuple(tensor.weight().shape()).tuple(tensor.strides()).op(0x89);
    global("collections", "OrderedDict").op(')').op('R');
    op('t').op('R');
  }

  private Pickle tuple(int[] numbers) {
    op('(');
    for (int number : numbers) {
      number(number);
    }
    return op('t');
  }

  private Pickle number(int value) {
    op('J');
    for (int shift = 0; shift < 32; shift += 8) {
      op(value >>> shift);
    }
    return this;
  }

  private Pickle text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    op('X');
    for (int shift = 0; shift < 32; shift += 8) {
      op(bytes.length >>> shift);
    }
    out.writeBytes(bytes);
    return this;
  }

  private Pickle global(String module, String name) {
    op('c');
    out.writeBytes((module + '\n' + name + '\n').getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private Pickle op(int code) {
    out.write(code);
    return this;
  }
}
