// Package zone is the science-insurance zone 园区 as far as it belongs to no pool: which insurers are its members, up to
// what amount their people decide alone, where they are paid, and which days are worked.
//
// It owns the tables of members, limits of authority, bank details and working days. What concerns no pool bears the
// pool code ZONE.
//
// Pools, their agreements and the split of amounts are coinsurance, which stands above.
package zone
