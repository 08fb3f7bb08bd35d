// Package crash kills the service, its Kafka, or both, again and again while commands come in, and proves at the end
// that nothing acknowledged is lost: the book verifies, and the topic has every event once, in order.
//
// The service is the program itself, started as a process of its own, so that kill -9 is what it is in life. It says
// what it has acknowledged on its standard output; what it said before it died is what must be there afterwards.
package crash
