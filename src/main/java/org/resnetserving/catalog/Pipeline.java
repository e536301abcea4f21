package org.resnetserving.catalog;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.resnetserving.batch.Deadline;
import org.resnetserving.batch.Permit;
import org.resnetserving.batch.Permits;
import org.resnetserving.batch.Ticker;
import org.resnetserving.engine.Inference;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.PictureHeader;
import org.resnetserving.image.Preset;
import org.resnetserving.pool.Lane;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * The way of a picture through a model: header, permit, decoding, queue, network. Everything that
 * can be refused is refused before the work that it would cost.
 */
final class Pipeline {
  private final Program program;
  private final Preset preset;
  private final PictureDecoder decoder;
  private final Permits places;
  private final Permits decoded;
  private final Semaphore decoding;
  private final Lane<byte[], Inference> lane;
  private final Ticker ticker;

}
