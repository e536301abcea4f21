package org.resnetserving.image;

import org.jspecify.annotations.Nullable;

/**
 * Walks over a JPEG's entropy-coded data without making pixels of them, to tell whether they reach
 * the last row: libjpeg fills what is missing with grey and says nothing.
 */
final class JpegEntropy {
  /** Eight codes, and what walks over them. */
  static final long HEAP_BYTES = 8 * 512 + 4096;

  private static final int DHT = 0xC4;
  private static final int SOS = 0xDA;
  private static final int DRI = 0xDD;

  /** A check for each so many units. */
  private static final int OFTEN = 4096;

  private final byte[] file;
  private final Bytes bytes;
  private final JpegHeader header;
  private final Runnable check;

  /** The codes of DC, then those of AC. */
  private final @Nullable JpegHuffman[] codes = new @Nullable JpegHuffman[8];

  private int interval;
  private int run;

  JpegEntropy(byte[] file, JpegHeader header, Runnable check) {
    this.file = file;
    this.bytes = Bytes.bigEndian(PictureFormat.JPEG, file);
    this.header = header;
    this.check = check;
  }

  /**
   * Whether the data of every scan that can be walked over reach its last unit. Those of scans that
   * refine earlier ones and arithmetic ones can't, and count as complete.
   */
  boolean complete(JpegScans scans) {
    int at = 2;
    int walked = 0;
    while (walked < scans.list().size()) {
      int segment = JpegHeader.skipToMarker(bytes, at);
      int marker = bytes.u8(segment - 1);
      if (JpegHeader.standsAlone(marker)) {
        at = segment;
        continue;
      }
      at = JpegHeader.endOfSegment(bytes, segment);
      if (marker == DHT) {
        readCodes(segment + 2, at);
      } else if (marker == DRI) {
        interval = bytes.u16(segment + 2);
      } else if (marker == SOS) {
        JpegScan scan = scans.list().get(walked++);
        if (!header.arithmetic() && scan.refines() == 0 && !reachesEnd(scan, scans.ended())) {
          return false;
        }
      }
    }
    return true;
  }

  private void readCodes(int from, int to) {
    int at = from;
    while (at + 17 <= to) {
      int which = bytes.u8(at);
      JpegHuffman code = new JpegHuffman(file, at + 1);
      if (at + 17 + code.size() > to) {
        throw BadPicture.corrupt(PictureFormat.JPEG, "a Huffman code has more symbols than fit");
      }
      codes[(which & 3) + (which >> 4 == 0 ? 0 : 4)] = code;
      at += 17 + code.size();
    }
  }

  private boolean reachesEnd(JpegScan scan, boolean ended) {
    JpegBits bits = new JpegBits(file, scan.data());
    JpegFrame frame = header.frame();
    long units = scan.units(frame);
    run = 0;
    for (long unit = 0; unit < units; unit++) {
      if (unit % OFTEN == 0) {
        check.run();
      }
      if (interval > 0 && unit > 0 && unit % interval == 0) {
        run = 0;
        if (!bits.restart()) {
          return false;
        }
      }
      bits.unit((int) (scan.blocks(frame) / units));
      for (int i = 0; i < scan.components().length; i++) {
        int blocks = scan.components().length == 1 ? 1 : frame.blocksInUnit(scan.components()[i]);
        for (int block = 0; block < blocks; block++) {
          skipBlock(bits, scan, scan.tables()[i]);
        }
      }
      // A unit that lacks bits is filled up; one after it would be all grey.
      boolean last = unit == units - 1 || (interval > 0 && (unit + 1) % interval == 0);
      if (bits.exhausted() && !(last && ended)) {
        return false;
      }
    }
    return true;
  }

  private void skipBlock(JpegBits bits, JpegScan scan, int tables) {
    JpegHuffman dc = codes[tables >> 4 & 3];
    JpegHuffman ac = codes[4 + (tables & 3)];
    if (scan.from() == 0 && dc != null) {
      bits.take(Math.min(bits.symbol(dc), 16));
    }
    if (ac == null || (header.progressive() && scan.from() == 0)) {
      return;
    }
    if (run > 0) {
      run--;
      return;
    }
    for (int k = Math.max(scan.from(), 1); k <= scan.to(); k++) {
      int symbol = bits.symbol(ac);
      int zeros = symbol >> 4;
      int size = symbol & 15;
      if (size > 0) {
        k += zeros;
        bits.take(size);
      } else if (zeros == 15) {
        k += 15;
      } else {
        run = header.progressive() && zeros > 0 ? (1 << zeros) + bits.take(zeros) - 1 : 0;
        return;
      }
    }
  }
}
