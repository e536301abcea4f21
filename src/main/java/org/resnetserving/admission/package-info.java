/**
 * What refuses at the door. {@link org.resnetserving.admission.Permits} bounds what is under way,
 * {@link org.resnetserving.admission.AddressBound} the connections of an address, {@link
 * org.resnetserving.admission.Deadline} says until when an answer is of use, {@link
 * org.resnetserving.admission.Ticker} tells the time. Must not know Spring, DJL or pictures.
 */
@NullMarked
package org.resnetserving.admission;

import org.jspecify.annotations.NullMarked;
