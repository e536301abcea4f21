package org.resnetserving.upload;

/**
 * A picture as it was sent: nobody has looked into it.
 *
 * @param field of the form that it came in; empty where the body itself is the picture
 * @param bytes of its file
 */
public record UploadedPicture(String field, byte[] bytes) {}
