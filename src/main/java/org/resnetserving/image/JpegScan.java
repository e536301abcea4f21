package org.resnetserving.image;

import org.resnetserving.problem.ProblemException;

/**
 * The header of one scan.
 *
 * @param components which components of the frame it has
 * @param tables for each, its Huffman tables: of DC in the upper four bits, of AC in the lower
 * @param from the first coefficient, in zigzag order
 * @param to the last one
 * @param refines how many lower bits were known before, as the earlier scan said; 0 for a first one
 * @param shift how many lower bits are still missing after it
 * @param data where its data begin
 */
// Made once, compared never.
@SuppressWarnings("ArrayRecordComponent")
record JpegScan(
    int[] components, int[] tables, int from, int to, int refines, int shift, int data) {

  static JpegScan read(Bytes bytes, JpegFrame frame, int segment) {
    int count = bytes.u8(segment + 2);
    if (count < 1 || count > 4) {
      throw corrupt("a scan of %d components".formatted(count));
    }
    int[] components = new int[count];
    int[] tables = new int[count];
    for (int i = 0; i < count; i++) {
      components[i] = frame.index(bytes.u8(segment + 3 + 2 * i));
      tables[i] = bytes.u8(segment + 4 + 2 * i);
      if (components[i] < 0) {
        throw corrupt("a scan of a component that the frame does not have");
      }
    }
    int at = segment + 3 + 2 * count;
    return new JpegScan(
        components,
        tables,
        bytes.u8(at),
        Math.min(bytes.u8(at + 1), 63),
        bytes.u8(at + 2) >> 4,
        bytes.u8(at + 2) & 15,
        segment + bytes.u16(segment));
  }

  /** How many units are decoded one after the other: blocks, if it has one component only. */
  long units(JpegFrame frame) {
    return components.length == 1 ? frame.blocks(components[0]) : frame.units();
  }

  /** How many blocks the decoder visits. */
  long blocks(JpegFrame frame) {
    if (components.length == 1) {
      return frame.blocks(components[0]);
    }
    long inUnit = 0;
    for (int component : components) {
      inUnit += frame.blocksInUnit(component);
    }
    return inUnit * frame.units();
  }

  private static ProblemException corrupt(String what) {
    return BadPicture.corrupt(PictureFormat.JPEG, what);
  }
}
