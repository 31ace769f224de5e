// A SCIM service made with scimmy and scimmy-routers, in memory, on this machine only. Says on its first line where it is:
// `http://127.0.0.1:PORT/scim`. The token comes by SCIM_TOKEN.
//
// --people N      begins with N people, every fifth of whom is inactive; their ids are made of their numbers
// --page N        as many entries on a page where nobody asks for a number (20)
// --careless      answers every filter with everybody, as services do that leave filters to their handlers
// --no-effect     says 200 to PUT and PATCH and keeps the person as it was
// --no-config     has no ServiceProviderConfig
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const token = process.env.SCIM_TOKEN;
const has = (name) => process.argv.includes(name);
const number = (name, otherwise) => (has(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);
if (!token) {
    console.error("SCIM_TOKEN is not set");
    process.exit(2);
}

const people = new Map();
let count = 0;
const stamp = (id, before) => ({
    resourceType: "User",
    created: before?.meta.created ?? new Date(),
    lastModified: new Date(),
    location: `/scim/Users/${id}`,
});
const add = (data) => {
    const id = `p-${String(++count).padStart(6, "0")}`;
    const made = { ...data, id, meta: stamp(id) };
    people.set(id, made);
    return made;
};
for (let n = 0; n < number("--people", 0); n++) {
    add({
        userName: `person${n}@lumen.example`,
        displayName: `Person ${n}`,
        active: n % 5 !== 0,
        emails: [{ value: `person${n}@lumen.example`, primary: true, type: "work" }],
    });
}

const found = (id) => people.get(id) ?? (() => { throw new SCIMMY.Types.Error(404, null, `there is no user ${id}`); })();

SCIMMY.Config.set({ patch: true, filter: { supported: true, maxResults: number("--page", 20) }, documentationUri: null });
SCIMMY.Resources.declare(SCIMMY.Resources.User, {
    egress: (resource) => {
        if (resource.id) return found(resource.id);
        const all = [...people.values()];
        return resource.filter && !has("--careless") ? resource.filter.match(all) : all;
    },
    ingress: (resource, data) => {
        const { id: _, meta: __, schemas: ___, ...given } = JSON.parse(JSON.stringify(data));
        if (!resource.id) {
            const name = String(given.userName).toLowerCase();
            const taken = [...people.values()].some((p) => p.userName.toLowerCase() === name);
            if (taken) throw new SCIMMY.Types.Error(409, "uniqueness", `there is a user ${given.userName}`);
            return add(given);
        }
        const before = found(resource.id);
        if (has("--no-effect")) return before;
        const after = { ...given, id: resource.id, meta: stamp(resource.id, before) };
        people.set(resource.id, after);
        return after;
    },
    degress: (resource) => {
        found(resource.id);
        people.delete(resource.id);
    },
});

const app = express();
if (has("--no-config")) app.use("/scim/ServiceProviderConfig", (_, answer) => answer.status(404).json({ detail: "there is none" }));
app.use(
    "/scim",
    new SCIMMYRouters({
        type: "bearer",
        handler: (request) => {
            if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("who are you?");
            return "check";
        },
    }),
);
const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/scim`));
for (const end of ["SIGTERM", "SIGINT"]) process.on(end, () => process.exit(0));
