/**
 * One loaded model at work: {@link org.resnetserving.serving.ServedModel} answers for it, or says
 * why it is not ready; its {@link org.resnetserving.serving.Pipeline} takes a picture through
 * header, permits, decoding, queue and network, and a {@link org.resnetserving.serving.StageClock}
 * tells what the time went into. All pictures are decoded, and drawn on, in one {@link
 * org.resnetserving.serving.Workshop}. Must not know HTTP, which other models there are, or how a
 * model is loaded; of {@code programs} it knows only what was said of the choice.
 */
@NullMarked
package org.resnetserving.serving;

import org.jspecify.annotations.NullMarked;
