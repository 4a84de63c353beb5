CREATE TABLE public._prisma_migrations (
    id character varying(36) NOT NULL,
    checksum character varying(64) NOT NULL,
    finished_at timestamp with time zone,
    migration_name character varying(255) NOT NULL,
    logs text,
    rolled_back_at timestamp with time zone,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_steps_count integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.engine_version (
    version text NOT NULL,
    seen_at timestamp(3) with time zone NOT NULL
);
CREATE TABLE public.event (
    id bigint NOT NULL,
    date timestamp(3) with time zone NOT NULL,
    source_type text NOT NULL,
    source_identifier text NOT NULL,
    event_id text NOT NULL,
    categories text[],
    message text NOT NULL,
    dedupe text
);
CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;
CREATE TABLE public.instance (
    dbi_resource_id text NOT NULL,
    identifier text NOT NULL,
    status text NOT NULL,
    operation_id uuid,
    db_instance_class text NOT NULL,
    engine_version text NOT NULL,
    allocated_storage integer NOT NULL,
    master_username text NOT NULL,
    db_name text NOT NULL,
    port integer NOT NULL,
    machine text NOT NULL,
    address text,
    deletion_protection boolean NOT NULL,
    settings jsonb NOT NULL,
    pending jsonb NOT NULL,
    tags jsonb NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    available_at timestamp(3) with time zone,
    host text
);
CREATE TABLE public.invocation (
    access_key_id text NOT NULL,
    invocation_id text NOT NULL,
    fingerprint text NOT NULL,
    answer jsonb NOT NULL,
    created_at timestamp(3) with time zone NOT NULL
);
CREATE TABLE public.operation (
    id uuid NOT NULL,
    dbi_resource_id text NOT NULL,
    identifier text NOT NULL,
    type text NOT NULL,
    input jsonb NOT NULL,
    state text NOT NULL,
    error text,
    request_id text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    started_at timestamp(3) with time zone,
    closed_at timestamp(3) with time zone
);
CREATE TABLE public.secret (
    dbi_resource_id text NOT NULL,
    purpose text NOT NULL,
    sealed bytea NOT NULL,
    version uuid NOT NULL
);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
INSERT INTO public._prisma_migrations VALUES ('ce66c696-508f-48f6-a88c-139b56ab52ea', '84fcb53c20368eafa47da2db15b4aad18317c53f6b3c4d64189852a01b07fd72', '2026-11-26 03:13:37.106907+00', '0001_inventory', NULL, NULL, '2026-11-26 03:13:37.106907+00', 1);
INSERT INTO public._prisma_migrations VALUES ('f30fb619-d79c-4f0d-a801-f599649f3299', 'ef4fa787409a11cdc04a2593577245c10784f425918573ee50ac72f063092ebe', '2026-11-26 03:13:37.178139+00', '0002_host', NULL, NULL, '2026-11-26 03:13:37.178139+00', 1);
INSERT INTO public.engine_version VALUES ('15.18', '2026-11-26 03:13:39.284+00');
INSERT INTO public.event VALUES (1, '2026-11-26 03:13:39.127+00', 'db-instance', 'cornac', 'RDS-EVENT-0005', '{creation}', 'DB instance created', NULL);
INSERT INTO public.event VALUES (2, '2026-11-26 03:13:40.714+00', 'db-instance', 'ready', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'fc4cfe7c-39d7-4eb8-bd54-5ca1fa17061f/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (3, '2026-11-26 03:13:41.791+00', 'db-instance', 'placed', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'de7a7d98-a398-4e04-bef9-2a2a70cce731/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (4, '2026-11-26 03:13:42.615+00', 'db-instance', 'broken', 'RDS-EVENT-0031', '{failure}', 'createDbInstance did not succeed', '59e006d8-efa4-4b29-a426-807cff41c17f/RDS-EVENT-0031/createDbInstance did not succeed');
INSERT INTO public.event VALUES (5, '2026-11-26 03:13:42.924+00', 'db-instance', 'leaving', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'b79f92c4-1d89-4e1e-a4b0-2fce831845f5/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (6, '2026-11-26 03:13:43.358+00', 'db-instance', 'growing', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '757057fb-01b6-41cc-b1e3-6d2d6640026b/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (7, '2026-11-26 03:13:43.67+00', 'db-instance', 'rebooting', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '3d51698b-a93f-4c01-a9ad-d5ffd26b65fb/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (8, '2026-11-26 03:13:44.224+00', 'db-instance', 'resetting', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'eefeb55c-c19b-4f59-a735-8650b8db72bf/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (9, '2026-11-26 03:13:45.022+00', 'db-instance', 'recovering', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '1a5f8c3c-d61b-41ba-9ea5-a1799a75de9f/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (10, '2026-11-26 03:13:45.499+00', 'db-instance', 'stopped', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'b3465309-17d3-4dac-ac98-92271a008624/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (11, '2026-11-26 03:13:45.907+00', 'db-instance', 'starting', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'f411163f-0ee6-4678-a860-cd4af394b756/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (12, '2026-11-26 03:13:46.504+00', 'db-instance', 'stopping', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '5acf5109-4abf-4876-9366-c30018fe5480/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (13, '2026-11-26 03:13:47.159+00', 'db-instance', 'gone', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '5b9638e4-8c1a-43d5-ae03-1d4e2f688ef4/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (14, '2026-11-26 03:13:47.376+00', 'db-instance', 'gone', 'RDS-EVENT-0003', '{deletion}', 'DB instance deleted', '7bd02516-14c5-424e-9ec6-c42d40b74d75/RDS-EVENT-0003/DB instance deleted');
INSERT INTO public.instance VALUES ('db-RXFYH3XNEJUQ3I566OKTON9Y00', 'cornac', 'available', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'cornac', 5432, 'cornac-cornac', '127.0.0.9', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 11:00:00+00', NULL);
INSERT INTO public.instance VALUES ('db-9E7J0NVE6LIRFSTT8KUATUS4JY', 'ready', 'available', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'ready', 6432, 'cornac-ready', '127.0.0.10', true, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[{"Key": "team", "Value": "o''brien"}]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.instance VALUES ('db-XNKRFERA4W2W7MHEX0KG1OFRW8', 'placed', 'available', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'placed', 5432, 'cornac-placed', '127.0.0.11', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{"allocatedStorage": 10}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', 'a');
INSERT INTO public.instance VALUES ('db-PM47TR45ZZ6FMVWRQ9MP5W736S', 'promised', 'creating', '81f8cb10-bcd0-4aa5-95f7-fa8c04f3f24a', 'db.t2.micro', '15.18', 5, 'postgres', 'promised', 5432, 'cornac-promised', NULL, false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', NULL, NULL);
INSERT INTO public.instance VALUES ('db-LE32EXB2660398XTH3KDM1MLKO', 'begun', 'creating', 'dc941743-148a-400c-9e3a-3af67c3ccde4', 'db.t2.micro', '15.18', 5, 'postgres', 'begun', 5432, 'cornac-begun', NULL, false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', NULL, 'b');
INSERT INTO public.instance VALUES ('db-WN8ZPVJDE625YBF0HWLLC59CP6', 'broken', 'failed', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'broken', 5432, 'cornac-broken', NULL, false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', NULL, NULL);
INSERT INTO public.instance VALUES ('db-OM70T1F7IHYAU32B78JEMDYD9W', 'leaving', 'deleting', 'b66eed0d-345e-4dff-9688-ffec17aa3ff4', 'db.t2.micro', '15.18', 5, 'postgres', 'leaving', 5432, 'cornac-leaving', '127.0.0.12', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.instance VALUES ('db-KM1URZLI0O88SJ0V8FJ9KNYSDX', 'growing', 'modifying', '4dbc41d5-a142-4684-82f4-fbadba805b95', 'db.t2.micro', '15.18', 5, 'postgres', 'growing', 5432, 'cornac-growing', '127.0.0.13', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.instance VALUES ('db-WAI0NKI9ZZIHYN4HCTLUC9TO18', 'rebooting', 'rebooting', '4618f238-0080-4d30-be2e-4f154ed9042c', 'db.t2.micro', '15.18', 5, 'postgres', 'rebooting', 5432, 'cornac-rebooting', '127.0.0.14', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.instance VALUES ('db-TUZVFDYS1E3TPWHZ9G83TL9011', 'resetting', 'resetting-master-credentials', '6d37c401-ffac-4e3d-a1ff-1fa879940c57', 'db.t2.micro', '15.18', 5, 'postgres', 'resetting', 5432, 'cornac-resetting', '127.0.0.15', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.instance VALUES ('db-GDSRZE6AH7XNG2MFP92YZ4OXKH', 'recovering', 'starting', '02cdbf2a-163b-4459-ae8e-1b44aab67aee', 'db.t2.micro', '15.18', 5, 'postgres', 'recovering', 5432, 'cornac-recovering', '127.0.0.16', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.instance VALUES ('db-9SQZR9EUOV0DSLE6JO83X1T8AH', 'stopped', 'stopped', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'stopped', 5432, 'cornac-stopped', '127.0.0.17', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.instance VALUES ('db-2T90VUW3WOEAWNJX2ZLRV48EX3', 'starting', 'starting', '127400c8-80a9-4cbc-a045-9bdcc57d2eca', 'db.t2.micro', '15.18', 5, 'postgres', 'starting', 5432, 'cornac-starting', '127.0.0.18', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.instance VALUES ('db-MU9HQ4YJL6SMWC92GCVIS8UVSU', 'stopping', 'stopping', 'f761c4b4-85d6-4f2b-bb12-ba910883e684', 'db.t2.micro', '15.18', 5, 'postgres', 'stopping', 5432, 'cornac-stopping', '127.0.0.19', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL);
INSERT INTO public.invocation VALUES ('AKIAOLDER', '24325fe3-c36c-47fb-bffe-f96ea676ed6b', 'ready', '{"DBInstance": {"DBInstanceIdentifier": "ready"}}', '2026-11-26 03:13:39.607+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'b6102532-b962-4df8-8d8b-ee38438706e6', 'placed', '{"DBInstance": {"DBInstanceIdentifier": "placed"}}', '2026-11-26 03:13:40.839+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '13d0370f-179a-48ca-9149-8186857f8a81', 'promised', '{"DBInstance": {"DBInstanceIdentifier": "promised"}}', '2026-11-26 03:13:41.898+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'c2076458-dbb6-4362-b2dc-b44ad72e63bb', 'begun', '{"DBInstance": {"DBInstanceIdentifier": "begun"}}', '2026-11-26 03:13:42.104+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '57bbb9ba-77a6-4d8d-9154-f271ad9e0842', 'broken', '{"DBInstance": {"DBInstanceIdentifier": "broken"}}', '2026-11-26 03:13:42.362+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '0cc13514-a4f9-4029-89b1-7f7921aa82b4', 'leaving', '{"DBInstance": {"DBInstanceIdentifier": "leaving"}}', '2026-11-26 03:13:42.671+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'bc0c5df2-4137-4674-93ba-febef7439f3b', 'leaving-begin', '{"DBInstance": {"DBInstanceIdentifier": "leaving"}}', '2026-11-26 03:13:42.972+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '05e862e4-153c-4fee-a6ff-7853c70e8f4a', 'leaving-begin', '{"DBInstance": {"DBInstanceIdentifier": "leaving"}}', '2026-11-26 03:13:43.174+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '33fe7752-6007-4f7e-b698-81cc59cbe057', 'growing', '{"DBInstance": {"DBInstanceIdentifier": "growing"}}', '2026-11-26 03:13:43.242+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '161be86e-2b24-4ff8-9b46-a857d89c45b7', 'growing-begin', '{"DBInstance": {"DBInstanceIdentifier": "growing"}}', '2026-11-26 03:13:43.411+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '7f66ca6b-08c5-434e-b4e5-4a3b213f1647', 'rebooting', '{"DBInstance": {"DBInstanceIdentifier": "rebooting"}}', '2026-11-26 03:13:43.538+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '6b29f177-a3f3-4c51-afaa-754efda25165', 'rebooting-begin', '{"DBInstance": {"DBInstanceIdentifier": "rebooting"}}', '2026-11-26 03:13:43.768+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'fc8d448e-f96f-4e67-ab4f-a63a035e5091', 'resetting', '{"DBInstance": {"DBInstanceIdentifier": "resetting"}}', '2026-11-26 03:13:44.021+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '889c055f-4a23-4a8d-a5ae-ebc02fae9176', 'resetting-begin', '{"DBInstance": {"DBInstanceIdentifier": "resetting"}}', '2026-11-26 03:13:44.302+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'fe2df098-81a2-446e-877e-b2ea2f997890', 'recovering', '{"DBInstance": {"DBInstanceIdentifier": "recovering"}}', '2026-11-26 03:13:44.713+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '6fed3670-fe89-419a-9ce7-22feeebdbf30', 'recovering-begin', '{"DBInstance": {"DBInstanceIdentifier": "recovering"}}', '2026-11-26 03:13:45.061+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '8a8e8623-2cb1-4483-8aaf-716c41545e64', 'stopped', '{"DBInstance": {"DBInstanceIdentifier": "stopped"}}', '2026-11-26 03:13:45.281+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '643a3575-9a6f-4ce1-9865-7e8e9bd1341f', 'stopped-begin', '{"DBInstance": {"DBInstanceIdentifier": "stopped"}}', '2026-11-26 03:13:45.516+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '47987dea-d3f0-46ad-886a-667fbb7aa96f', 'starting', '{"DBInstance": {"DBInstanceIdentifier": "starting"}}', '2026-11-26 03:13:45.739+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '6f09980e-390f-4ca0-83e6-35bcc123269f', 'starting-begin', '{"DBInstance": {"DBInstanceIdentifier": "starting"}}', '2026-11-26 03:13:45.95+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'ce67b834-4121-4844-871d-4c31645a3ae6', 'starting-begin', '{"DBInstance": {"DBInstanceIdentifier": "starting"}}', '2026-11-26 03:13:46.192+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'b0ce35ef-77df-4f61-abf4-54b684e17767', 'stopping', '{"DBInstance": {"DBInstanceIdentifier": "stopping"}}', '2026-11-26 03:13:46.315+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'fd9d1023-2c2f-41fd-b160-f5e2351edf88', 'stopping-begin', '{"DBInstance": {"DBInstanceIdentifier": "stopping"}}', '2026-11-26 03:13:46.543+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '55ebefee-26cb-4f2d-8ad6-82a45837c11d', 'gone', '{"DBInstance": {"DBInstanceIdentifier": "gone"}}', '2026-11-26 03:13:46.68+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '35b16429-3c63-4d9f-bb9e-33f86942988a', 'gone-begin', '{"DBInstance": {"DBInstanceIdentifier": "gone"}}', '2026-11-26 03:13:47.173+00');
INSERT INTO public.operation VALUES ('fc4cfe7c-39d7-4eb8-bd54-5ca1fa17061f', 'db-9E7J0NVE6LIRFSTT8KUATUS4JY', 'ready', 'createDbInstance', '{}', 'succeeded', NULL, 'request-ready', '2026-11-26 03:13:39.727+00', '2026-11-26 03:13:40.399+00', '2026-11-26 03:13:40.762+00');
INSERT INTO public.operation VALUES ('de7a7d98-a398-4e04-bef9-2a2a70cce731', 'db-XNKRFERA4W2W7MHEX0KG1OFRW8', 'placed', 'createDbInstance', '{}', 'succeeded', NULL, 'request-placed', '2026-11-26 03:13:40.995+00', '2026-11-26 03:13:41.581+00', '2026-11-26 03:13:41.835+00');
INSERT INTO public.operation VALUES ('81f8cb10-bcd0-4aa5-95f7-fa8c04f3f24a', 'db-PM47TR45ZZ6FMVWRQ9MP5W736S', 'promised', 'createDbInstance', '{}', 'pending', NULL, 'request-promised', '2026-11-26 03:13:41.959+00', NULL, NULL);
INSERT INTO public.operation VALUES ('dc941743-148a-400c-9e3a-3af67c3ccde4', 'db-LE32EXB2660398XTH3KDM1MLKO', 'begun', 'createDbInstance', '{}', 'running', NULL, 'request-begun', '2026-11-26 03:13:42.148+00', '2026-11-26 03:13:42.331+00', NULL);
INSERT INTO public.operation VALUES ('59e006d8-efa4-4b29-a426-807cff41c17f', 'db-WN8ZPVJDE625YBF0HWLLC59CP6', 'broken', 'createDbInstance', '{}', 'failed', 'no room', 'request-broken', '2026-11-26 03:13:42.391+00', '2026-11-26 03:13:42.52+00', '2026-11-26 03:13:42.642+00');
INSERT INTO public.operation VALUES ('b79f92c4-1d89-4e1e-a4b0-2fce831845f5', 'db-OM70T1F7IHYAU32B78JEMDYD9W', 'leaving', 'createDbInstance', '{}', 'succeeded', NULL, 'request-leaving', '2026-11-26 03:13:42.703+00', '2026-11-26 03:13:42.833+00', '2026-11-26 03:13:42.937+00');
INSERT INTO public.operation VALUES ('114662fa-21b7-46b2-9c09-6cea19db6dcb', 'db-OM70T1F7IHYAU32B78JEMDYD9W', 'leaving', 'rebootDbInstance', '{}', 'running', NULL, 'request-leaving-begin', '2026-11-26 03:13:42.997+00', '2026-11-26 03:13:43.134+00', NULL);
INSERT INTO public.operation VALUES ('b66eed0d-345e-4dff-9688-ffec17aa3ff4', 'db-OM70T1F7IHYAU32B78JEMDYD9W', 'leaving', 'deleteDbInstance', '{}', 'running', NULL, 'request-leaving-begin', '2026-11-26 03:13:43.186+00', '2026-11-26 03:13:43.239+00', NULL);
INSERT INTO public.operation VALUES ('757057fb-01b6-41cc-b1e3-6d2d6640026b', 'db-KM1URZLI0O88SJ0V8FJ9KNYSDX', 'growing', 'createDbInstance', '{}', 'succeeded', NULL, 'request-growing', '2026-11-26 03:13:43.25+00', '2026-11-26 03:13:43.299+00', '2026-11-26 03:13:43.373+00');
INSERT INTO public.operation VALUES ('4dbc41d5-a142-4684-82f4-fbadba805b95', 'db-KM1URZLI0O88SJ0V8FJ9KNYSDX', 'growing', 'modifyDbInstance', '{"modification": {"dbInstanceClass": "db.t2.small", "allocatedStorage": 20}}', 'running', NULL, 'request-growing-begin', '2026-11-26 03:13:43.449+00', '2026-11-26 03:13:43.515+00', NULL);
INSERT INTO public.operation VALUES ('3d51698b-a93f-4c01-a9ad-d5ffd26b65fb', 'db-WAI0NKI9ZZIHYN4HCTLUC9TO18', 'rebooting', 'createDbInstance', '{}', 'succeeded', NULL, 'request-rebooting', '2026-11-26 03:13:43.554+00', '2026-11-26 03:13:43.625+00', '2026-11-26 03:13:43.696+00');
INSERT INTO public.operation VALUES ('4618f238-0080-4d30-be2e-4f154ed9042c', 'db-WAI0NKI9ZZIHYN4HCTLUC9TO18', 'rebooting', 'rebootDbInstance', '{}', 'running', NULL, 'request-rebooting-begin', '2026-11-26 03:13:43.834+00', '2026-11-26 03:13:43.978+00', NULL);
INSERT INTO public.operation VALUES ('eefeb55c-c19b-4f59-a735-8650b8db72bf', 'db-TUZVFDYS1E3TPWHZ9G83TL9011', 'resetting', 'createDbInstance', '{}', 'succeeded', NULL, 'request-resetting', '2026-11-26 03:13:44.043+00', '2026-11-26 03:13:44.16+00', '2026-11-26 03:13:44.28+00');
INSERT INTO public.operation VALUES ('6d37c401-ffac-4e3d-a1ff-1fa879940c57', 'db-TUZVFDYS1E3TPWHZ9G83TL9011', 'resetting', 'modifyDbInstance', '{"modification": {"masterPassword": true}}', 'running', NULL, 'request-resetting-begin', '2026-11-26 03:13:44.352+00', '2026-11-26 03:13:44.662+00', NULL);
INSERT INTO public.operation VALUES ('1a5f8c3c-d61b-41ba-9ea5-a1799a75de9f', 'db-GDSRZE6AH7XNG2MFP92YZ4OXKH', 'recovering', 'createDbInstance', '{}', 'succeeded', NULL, 'request-recovering', '2026-11-26 03:13:44.779+00', '2026-11-26 03:13:44.958+00', '2026-11-26 03:13:45.047+00');
INSERT INTO public.operation VALUES ('02cdbf2a-163b-4459-ae8e-1b44aab67aee', 'db-GDSRZE6AH7XNG2MFP92YZ4OXKH', 'recovering', 'recoverDbInstance', '{}', 'running', NULL, 'request-recovering-begin', '2026-11-26 03:13:45.116+00', '2026-11-26 03:13:45.26+00', NULL);
INSERT INTO public.operation VALUES ('b3465309-17d3-4dac-ac98-92271a008624', 'db-9SQZR9EUOV0DSLE6JO83X1T8AH', 'stopped', 'createDbInstance', '{}', 'succeeded', NULL, 'request-stopped', '2026-11-26 03:13:45.29+00', '2026-11-26 03:13:45.378+00', '2026-11-26 03:13:45.51+00');
INSERT INTO public.operation VALUES ('031f4765-31c2-41c6-9f26-f95df99a6275', 'db-9SQZR9EUOV0DSLE6JO83X1T8AH', 'stopped', 'stopDbInstance', '{}', 'succeeded', NULL, 'request-stopped-begin', '2026-11-26 03:13:45.555+00', '2026-11-26 03:13:45.655+00', '2026-11-26 03:13:45.723+00');
INSERT INTO public.operation VALUES ('f411163f-0ee6-4678-a860-cd4af394b756', 'db-2T90VUW3WOEAWNJX2ZLRV48EX3', 'starting', 'createDbInstance', '{}', 'succeeded', NULL, 'request-starting', '2026-11-26 03:13:45.77+00', '2026-11-26 03:13:45.894+00', '2026-11-26 03:13:45.917+00');
INSERT INTO public.operation VALUES ('8c030770-64b3-42c6-bef9-5239b8a5f95f', 'db-2T90VUW3WOEAWNJX2ZLRV48EX3', 'starting', 'stopDbInstance', '{}', 'succeeded', NULL, 'request-starting-begin', '2026-11-26 03:13:45.992+00', '2026-11-26 03:13:46.127+00', '2026-11-26 03:13:46.173+00');
INSERT INTO public.operation VALUES ('127400c8-80a9-4cbc-a045-9bdcc57d2eca', 'db-2T90VUW3WOEAWNJX2ZLRV48EX3', 'starting', 'startDbInstance', '{}', 'running', NULL, 'request-starting-begin', '2026-11-26 03:13:46.211+00', '2026-11-26 03:13:46.297+00', NULL);
INSERT INTO public.operation VALUES ('5acf5109-4abf-4876-9366-c30018fe5480', 'db-MU9HQ4YJL6SMWC92GCVIS8UVSU', 'stopping', 'createDbInstance', '{}', 'succeeded', NULL, 'request-stopping', '2026-11-26 03:13:46.328+00', '2026-11-26 03:13:46.441+00', '2026-11-26 03:13:46.518+00');
INSERT INTO public.operation VALUES ('f761c4b4-85d6-4f2b-bb12-ba910883e684', 'db-MU9HQ4YJL6SMWC92GCVIS8UVSU', 'stopping', 'stopDbInstance', '{}', 'running', NULL, 'request-stopping-begin', '2026-11-26 03:13:46.563+00', '2026-11-26 03:13:46.662+00', NULL);
INSERT INTO public.operation VALUES ('5b9638e4-8c1a-43d5-ae03-1d4e2f688ef4', 'db-4RVVDWJFB3D06ISFMCN0Z285UZ', 'gone', 'createDbInstance', '{}', 'succeeded', NULL, 'request-gone', '2026-11-26 03:13:46.702+00', '2026-11-26 03:13:47.07+00', '2026-11-26 03:13:47.162+00');
INSERT INTO public.operation VALUES ('7bd02516-14c5-424e-9ec6-c42d40b74d75', 'db-4RVVDWJFB3D06ISFMCN0Z285UZ', 'gone', 'deleteDbInstance', '{}', 'succeeded', NULL, 'request-gone-begin', '2026-11-26 03:13:47.184+00', '2026-11-26 03:13:47.366+00', '2026-11-26 03:13:47.413+00');
INSERT INTO public.secret VALUES ('db-PM47TR45ZZ6FMVWRQ9MP5W736S', 'master', '\xaab14ca63a6aefb721dfd4f0c773d9500cdb20b0ff92b8b63b7e26b5b658721505e9a668264643d6e2039b19403f5a4ad47a1ee4ff97b855b2da78e1e5c2c935004f34741222179778', '7808c1af-a78a-4616-9fab-3b295323df69');
INSERT INTO public.secret VALUES ('db-LE32EXB2660398XTH3KDM1MLKO', 'master', '\xcd321373bf7235790800073576da0b2daeda6174480f9cb09b8f1c1fa5cf7eda1186d94c23a4a8f7b30d4eafd92d93cbb6395b6af43ec3ae2cae9d086d53e52b49d170e22b8deb375d', 'aed817f4-9525-4b33-a9e4-f46b30612108');
INSERT INTO public.secret VALUES ('db-WN8ZPVJDE625YBF0HWLLC59CP6', 'master', '\xb7d85f9c18e2597a556f9c2187bb1243c076c0fea4803000433f8d409adae56254b02ed75a68e61418ef16f65a4d1381c9036baca07bc891e0d5bfce3038238ca14e48efbfaab9ab29', '5264ba0f-5631-45c6-8b89-9c9696899dbb');
INSERT INTO public.secret VALUES ('db-TUZVFDYS1E3TPWHZ9G83TL9011', 'master', '\x893cfcd1f73c9dce5f63e9be319b9364e70616231230208ebe1aafc4caf6f98ca3a6d57b39a64a1ae716796289db9aa0108b89b7cb5e0a067bb0ec3d2868604978cf207feb44fd54de', '8d94bdbe-5b30-46a6-b383-344a76861e7a');
SELECT pg_catalog.setval('public.event_id_seq', 14, true);
ALTER TABLE ONLY public._prisma_migrations
    ADD CONSTRAINT _prisma_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.engine_version
    ADD CONSTRAINT engine_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.instance
    ADD CONSTRAINT instance_pkey PRIMARY KEY (dbi_resource_id);
ALTER TABLE ONLY public.invocation
    ADD CONSTRAINT invocation_pkey PRIMARY KEY (access_key_id, invocation_id, fingerprint);
ALTER TABLE ONLY public.operation
    ADD CONSTRAINT operation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.secret
    ADD CONSTRAINT secret_pkey PRIMARY KEY (dbi_resource_id, purpose);
CREATE INDEX event_date_idx ON public.event USING btree (date);
CREATE UNIQUE INDEX event_dedupe_key ON public.event USING btree (dedupe);
CREATE INDEX event_source_type_source_identifier_date_idx ON public.event USING btree (source_type, source_identifier, date);
CREATE UNIQUE INDEX instance_identifier_key ON public.instance USING btree (identifier);
CREATE UNIQUE INDEX instance_machine_key ON public.instance USING btree (machine);
CREATE UNIQUE INDEX instance_operation_id_key ON public.instance USING btree (operation_id);
CREATE INDEX invocation_created_at_idx ON public.invocation USING btree (created_at);
CREATE INDEX operation_dbi_resource_id_created_at_idx ON public.operation USING btree (dbi_resource_id, created_at);
CREATE INDEX operation_state_created_at_idx ON public.operation USING btree (state, created_at);
