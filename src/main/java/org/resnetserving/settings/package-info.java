/**
 * Which settings there are, and that no other is given: a misspelt one would be ignored in silence,
 * and the service would run as nobody asked. Entry: {@link
 * org.resnetserving.settings.SettingsCheck}. Must not know the features, whose records of settings
 * it finds by their annotation.
 */
@NullMarked
package org.resnetserving.settings;

import org.jspecify.annotations.NullMarked;
