#!/usr/bin/env python3
"""Writes many small companies, one folder each, as a service provider has them.

    python3 tenants.py --tenants 1000 --out DIR

Each is a company of generate.py's with a seed of its own, so that the same options give the same bytes. Six of its apps are
products of the catalog (claims, runbooks and prices are read for them), the others are not in it.
"""

import argparse
import os
import shutil
import sys

import generate

PRODUCTS = ["airtable", "asana", "box", "calendly", "canva", "datadog", "figma", "hubspot", "intercom", "linear", "miro",
            "monday", "notion", "pagerduty", "salesforce", "sentry", "smartsheet", "tailscale", "vercel", "zendesk"]
KNOWN = 6


def apps_of(tenant, count):
    """The ids of a tenant's apps, and which of them the catalog knows."""
    known = min(KNOWN, count)
    return [PRODUCTS[(tenant * 7 + i * 3) % len(PRODUCTS)] if i < known else f"app-{i:03d}" for i in range(count)]


def tenant(number, args, folder):
    rosters = os.path.join(folder, "rosters")
    marker = os.path.join(folder, "coverage.yaml")
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    os.makedirs(rosters)
    seed = f"{args.seed}/{number}"
    world = generate.World(args.identities, seed)
    generate.write_people(world, folder)
    ids = apps_of(number, args.apps)
    if len(set(ids)) != len(ids):
        sys.exit("tenants.py: an app stands twice; ask for fewer apps")
    counts = generate.sizes(args.apps, args.rows, args.identities)
    for app, rows in enumerate(counts):
        generate.write_roster(world, app, rows, seed, os.path.join(rosters, f"{ids[app].replace('-', '_')}.csv"))
    made_by = f"tenants.py, tenant {number} of --identities {args.identities} --apps {args.apps} --rows {args.rows} --seed {args.seed}"
    with open(marker, "w", encoding="utf-8", newline="") as f:
        f.write(generate.workspace(made_by, f"Tenant {number:05d}", ids))


def main():
    p = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    p.add_argument("--tenants", type=int, required=True)
    p.add_argument("--identities", type=int, default=200, help="of each")
    p.add_argument("--apps", type=int, default=10, help="of each")
    p.add_argument("--rows", type=int, default=1500, help="of all rosters of one tenant together")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--out", required=True)
    args = p.parse_args()
    if min(args.tenants, args.identities, args.apps, args.rows) < 1:
        p.error("all sizes must be 1 or more")
    for number in range(args.tenants):
        tenant(number, args, os.path.join(args.out, f"tenant-{number:05d}"))


if __name__ == "__main__":
    main()
