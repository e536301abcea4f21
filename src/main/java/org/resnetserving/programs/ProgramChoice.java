package org.resnetserving.programs;

import java.util.List;
import org.resnetserving.network.ProgramKind;

/**
 * Which program a model runs, and why.
 *
 * @param kind of program
 * @param reason in words
 * @param trials of the programs that came into question, at this start or an earlier one
 */
public record ProgramChoice(ProgramKind kind, String reason, List<ProgramTrial> trials) {}
