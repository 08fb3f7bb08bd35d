// Package schema compares what the code says of the database with the migrated schema: every row's struct with the
// columns of its table, and every statement by having the server prepare it.
package schema
