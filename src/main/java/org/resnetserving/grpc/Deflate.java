package org.resnetserving.grpc;

import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;

/**
 * Messages in deflate (RFC 1950), which Python's clients offer and gRPC for Java does not bring.
 */
enum Deflate implements Decompressor {
  INSTANCE;

  /** All that are read: this, gzip, and none. */
  static DecompressorRegistry andOthers() {
    return DecompressorRegistry.getDefaultInstance().with(INSTANCE, true);
  }

  @Override
  public String getMessageEncoding() {
    return "deflate";
  }

  @Override
  public InputStream decompress(InputStream stream) {
    return new InflaterInputStream(stream);
  }
}
