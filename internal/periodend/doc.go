// Package periodend runs the end of an accounting month across the wings: what each wing holds back, then the seal. It
// also takes the steps that bring an older book over and post something, which a migration of the schema cannot do.
package periodend
