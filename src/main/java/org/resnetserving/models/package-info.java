/**
 * What a model is: its descriptor ({@link org.resnetserving.models.ModelDescriptors} reads {@code
 * models/*.yml}, and folders as Hugging Face's libraries save them) and what its outputs stand for
 * ({@link org.resnetserving.models.Labels}). Must not know HTTP, DJL, or how a model is run.
 */
@NullMarked
package org.resnetserving.models;

import org.jspecify.annotations.NullMarked;
