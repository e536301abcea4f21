/**
 * Which models there are: loading and unloading ({@link org.resnetserving.catalog.Catalog}), where
 * their weights are ({@link org.resnetserving.catalog.WeightStore}), what health and metrics say of
 * them. Must not know HTTP.
 */
@NullMarked
package org.resnetserving.catalog;

import org.jspecify.annotations.NullMarked;
