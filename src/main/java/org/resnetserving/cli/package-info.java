/**
 * The commands beside serving, thin, over the features: {@code java -jar resnet-serving.jar
 * classify …}, {@code models …}, {@code bench …}. Entry: {@link org.resnetserving.cli.Commands}.
 * Must not know DJL.
 */
@NullMarked
package org.resnetserving.cli;

import org.jspecify.annotations.NullMarked;
