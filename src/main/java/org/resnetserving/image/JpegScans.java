package org.resnetserving.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * All scans of a JPEG, found by walking over its markers to the end before anything is decoded.
 *
 * @param list the scans in their order
 * @param ended whether the end marker is there
 */
record JpegScans(List<JpegScan> list, boolean ended) {
  /**
   * How many blocks a decoder may have to visit, over all scans. The default of 50 megapixels in
   * full colour by the ten scans of libjpeg's encoder are 11 million.
   */
  static final long MOST_BLOCKS = 16_000_000;

  /** An arithmetic decoder takes so many times as long for a block. */
  static final int ARITHMETIC = 4;

  /** Encoders write about ten scans. */
  static final int MOST_SCANS = 100;

  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;

  static JpegScans read(Bytes bytes, JpegHeader header) {
    List<JpegScan> scans = new ArrayList<>();
    long blocks = 0;
    int at = header.scan();
    boolean ended = false;
    try {
      while (!ended) {
        int segment = JpegHeader.skipToMarker(bytes, at);
        int marker = bytes.u8(segment - 1);
        if (marker == EOI) {
          ended = true;
        } else if (JpegHeader.standsAlone(marker)) {
          at = segment;
        } else {
          at = JpegHeader.endOfSegment(bytes, segment);
          if (marker == SOS) {
            JpegScan scan = JpegScan.read(bytes, header.frame(), segment);
            scans.add(scan);
            blocks += scan.blocks(header.frame()) * (header.arithmetic() ? ARITHMETIC : 1);
            requireWork(scans.size(), blocks);
          }
        }
      }
    } catch (ProblemException e) {
      // What comes after the last scan may be anything, as long as all rows are there.
      if (scans.isEmpty() || tooMuch(e)) {
        throw e;
      }
    }
    return new JpegScans(List.copyOf(scans), ended);
  }

  private static void requireWork(int scans, long blocks) {
    if (scans > MOST_SCANS) {
      throw BadPicture.tooComplex(
          PictureFormat.JPEG, "it has more than %d scans".formatted(MOST_SCANS));
    }
    if (blocks > MOST_BLOCKS) {
      throw BadPicture.tooComplex(
          PictureFormat.JPEG,
          "its %d scans visit more than %d blocks of 8 x 8 samples, arithmetic ones counted %d times"
              .formatted(scans, MOST_BLOCKS, ARITHMETIC));
    }
  }

  private static boolean tooMuch(ProblemException e) {
    return e.type() == ProblemType.IMAGE_TOO_COMPLEX;
  }

  /**
   * Whether the scans of a progressive JPEG bring all bits of all coefficients of all components,
   * or those of a sequential one all components.
   */
  boolean cover(JpegHeader header) {
    int[][] missing = new int[header.components()][64];
    for (int[] component : missing) {
      Arrays.fill(component, -1);
    }
    for (JpegScan scan : list) {
      for (int component : scan.components()) {
        for (int k = scan.from(); k <= scan.to(); k++) {
          missing[component][k] = header.progressive() ? scan.shift() : 0;
        }
      }
    }
    for (int[] component : missing) {
      for (int bits : component) {
        if (bits != 0) {
          return false;
        }
      }
    }
    return true;
  }
}
