package org.resnetserving.serving;

import org.jspecify.annotations.Nullable;

/**
 * How a model is.
 *
 * @param state where it is on its way to answering
 * @param reason why it failed, or how far it is; null where there is nothing to say
 * @param retryAfter after how many seconds what failed is tried again; null where it is not
 */
public record ModelStatus(ModelState state, @Nullable String reason, @Nullable Long retryAfter) {}
