-- Spreads a hitchpost database over a Citus cluster (12.1 or later) by site. Run once on the coordinator, as the database's owner, after
-- `npm run cloud -- migrate`; running it again changes nothing:
--
--   psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f cloud/deploy/citus.sql
--
-- The rule that makes it possible (a test reads the catalogue for it): the primary key and every unique and exclusion constraint of a tenant's table lead
-- with site_id. So every table whose primary key does is distributed by it, all of them together (co-located): what a site's transaction touches stands on one
-- worker. Functions whose first argument is p_site run there too. Tables of people, organisations and money stay on the coordinator.
--
-- Neither run nor linted by our CI, which has no Citus. A table added by a later migration is distributed by running this again.

create extension if not exists citus;

do $$
declare
  v_table regclass;
  v_function regprocedure;
begin
  for v_table in
    select c.oid::regclass
    from pg_class c
    join pg_index x on x.indrelid = c.oid and x.indisprimary
    join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname = 'site_id'
      and not exists (select from pg_dist_partition p where p.logicalrelid = c.oid)
    order by c.relname = 'sites' desc, c.relname
  loop
    -- The sites come first; the others go where their site is.
    if v_table = 'sites'::regclass then
      perform create_distributed_table(v_table, 'site_id');
    else
      perform create_distributed_table(v_table, 'site_id', colocate_with => 'sites');
    end if;
    raise notice 'distributed %', v_table;
  end loop;

  for v_function in
    select p.oid::regprocedure
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proargnames[1] = 'p_site'
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop
    perform create_distributed_function(v_function, 'p_site', colocate_with => 'sites');
    raise notice 'distributed %', v_function;
  end loop;
end $$;
