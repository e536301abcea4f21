package org.resnetserving.page;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The page for people.
 *
 * @param enabled whether it and {@code /v1/status} are served
 */
@ConfigurationProperties("resnet.page")
record PageProperties(@DefaultValue("true") boolean enabled) {}
