/**
 * The commands beside serving, thin, over the features: {@code java -jar resnet-serving.jar models
 * …}, {@code bench …}. Must not know DJL.
 */
@NullMarked
package org.resnetserving.cli;

import org.jspecify.annotations.NullMarked;
