// Package schedule prints a policy's schedule 保险单明细表 as PDF, in Chinese with English beside it.
package schedule
