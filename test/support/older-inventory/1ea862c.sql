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
CREATE TABLE public.identity (
    id integer NOT NULL,
    inventory_id uuid NOT NULL
);
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
    host text,
    lost_at timestamp(3) with time zone,
    shortage text
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
    closed_at timestamp(3) with time zone,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE public.reconcile_round (
    id integer NOT NULL,
    ended_at timestamp(3) with time zone NOT NULL,
    missing integer NOT NULL,
    held_back text
);
CREATE TABLE public.secret (
    dbi_resource_id text NOT NULL,
    purpose text NOT NULL,
    sealed bytea NOT NULL,
    version uuid NOT NULL
);
CREATE TABLE public.signature (
    access_key_id text NOT NULL,
    signature text NOT NULL,
    good_until timestamp(3) with time zone NOT NULL
);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
INSERT INTO public._prisma_migrations VALUES ('e639a871-c6a7-4e46-a30d-bf8b48abfffe', '84fcb53c20368eafa47da2db15b4aad18317c53f6b3c4d64189852a01b07fd72', '2026-11-26 03:13:55.194175+00', '0001_inventory', NULL, NULL, '2026-11-26 03:13:55.194175+00', 1);
INSERT INTO public._prisma_migrations VALUES ('72f803fd-9030-4192-8368-4472044746fe', 'ef4fa787409a11cdc04a2593577245c10784f425918573ee50ac72f063092ebe', '2026-11-26 03:13:55.280275+00', '0002_host', NULL, NULL, '2026-11-26 03:13:55.280275+00', 1);
INSERT INTO public._prisma_migrations VALUES ('26916ab8-97e1-43f2-95fc-951b8eb411b8', 'c98331eb5230f2a4446e52dea2bf839a7f757610e26005dd5353e53c4a5e2b7f', '2026-11-26 03:13:55.281652+00', '0003_operation_facts', NULL, NULL, '2026-11-26 03:13:55.281652+00', 1);
INSERT INTO public._prisma_migrations VALUES ('cb8213e9-1670-40e4-b5a7-8f882bb04a52', '5ee9b314503875388c8592d80fe8aa1c4509c6f65e9921f52dcdf027978c7d6d', '2026-11-26 03:13:55.287002+00', '0004_upkeep', NULL, NULL, '2026-11-26 03:13:55.287002+00', 1);
INSERT INTO public._prisma_migrations VALUES ('6a356c40-aaff-431d-81c8-5325b7cefc2b', 'fd66c0db04f96769ede09d6385f8060d84b6b2df1a012e2cabaea7e5cac239a9', '2026-11-26 03:13:55.299085+00', '0005_signature', NULL, NULL, '2026-11-26 03:13:55.299085+00', 1);
INSERT INTO public._prisma_migrations VALUES ('39926be2-2db2-4afa-a237-0b5734e397dc', 'f7ea87dcf895b7153dcfb7e4343a31676cad7ddf31e98e0fa00f0bcb9c57b1ca', '2026-11-26 03:13:55.323233+00', '0006_shortage', NULL, NULL, '2026-11-26 03:13:55.323233+00', 1);
INSERT INTO public._prisma_migrations VALUES ('24b29262-9b19-4222-a761-e71571d21bd4', 'acc43b952509bb7626cd1fc97e77df83cc0deca5a8df4a7c257aba4dc6292ecc', '2026-11-26 03:13:55.33426+00', '0007_identity', NULL, NULL, '2026-11-26 03:13:55.33426+00', 1);
INSERT INTO public._prisma_migrations VALUES ('468fcd00-d912-4f61-b2bb-00406aad8040', 'c436dcc2fe57ed370acfcf6378f49e64a49587685c1449e2eac8e3cc6e38159a', '2026-11-26 03:13:55.346683+00', '0008_operation_indexes', NULL, NULL, '2026-11-26 03:13:55.346683+00', 1);
INSERT INTO public.engine_version VALUES ('15.18', '2026-11-26 03:13:57.202+00');
INSERT INTO public.event VALUES (1, '2026-11-26 03:13:57.101+00', 'db-instance', 'cornac', 'RDS-EVENT-0005', '{creation}', 'DB instance created', NULL);
INSERT INTO public.event VALUES (2, '2026-11-26 03:13:59.512+00', 'db-instance', 'ready', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'ea890a45-9043-4900-ab66-79d54a8c94a9/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (3, '2026-11-26 03:14:00.81+00', 'db-instance', 'placed', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '2876e669-125a-498f-92e2-ca26f0aff734/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (4, '2026-11-26 03:14:02.135+00', 'db-instance', 'broken', 'RDS-EVENT-0031', '{failure}', 'createDbInstance did not succeed', '839ebad5-22a0-43ff-9b2b-8b0407505d01/RDS-EVENT-0031/createDbInstance did not succeed');
INSERT INTO public.event VALUES (5, '2026-11-26 03:14:02.315+00', 'db-instance', 'leaving', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '3de1a3af-9c77-4f1e-9e78-189990445808/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (6, '2026-11-26 03:14:02.581+00', 'db-instance', 'growing', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'ce875eb8-318d-4346-95e6-fa0be25899c2/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (7, '2026-11-26 03:14:02.852+00', 'db-instance', 'rebooting', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '0f062668-0a32-4229-9bcc-05dd69c36bc3/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (8, '2026-11-26 03:14:03.502+00', 'db-instance', 'resetting', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '2b2299e5-564d-4990-adde-edf38f151e05/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (9, '2026-11-26 03:14:03.803+00', 'db-instance', 'recovering', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'da57a713-f107-48f4-9114-174ac8e06c91/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (10, '2026-11-26 03:14:04.178+00', 'db-instance', 'stopped', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '64034ac5-c63c-44ca-978e-cbe31a9550af/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (11, '2026-11-26 03:14:04.498+00', 'db-instance', 'starting', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'a17193ea-b383-47c4-a28c-e894aed2deca/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (12, '2026-11-26 03:14:04.862+00', 'db-instance', 'stopping', 'RDS-EVENT-0005', '{creation}', 'DB instance created', 'aa23524d-d4d0-4ba2-8e5c-4ab0c4c33d83/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (13, '2026-11-26 03:14:05.14+00', 'db-instance', 'gone', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '564f9978-d1ca-49c5-a6d7-8e3f8b92fb24/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (14, '2026-11-26 03:14:05.33+00', 'db-instance', 'gone', 'RDS-EVENT-0003', '{deletion}', 'DB instance deleted', 'b8b507e8-b2b7-4638-9c8c-f09dfc3ac79f/RDS-EVENT-0003/DB instance deleted');
INSERT INTO public.event VALUES (15, '2026-11-26 03:14:05.66+00', 'db-instance', 'full', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '6d6f9410-fb27-48bf-a335-c69945902fa0/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (16, '2026-11-26 03:14:06.312+00', 'db-instance', 'lost', 'RDS-EVENT-0005', '{creation}', 'DB instance created', '1f5d7f52-7313-4070-a3f1-6eb4fa558689/RDS-EVENT-0005/DB instance created');
INSERT INTO public.event VALUES (17, '2026-11-26 03:14:06.372+00', 'db-instance', 'lost', 'RDS-EVENT-0031', '{failure}', 'DB instance put into failed state: its machine is gone', NULL);
INSERT INTO public.identity VALUES (1, '7c9f9bb0-148b-441a-82cb-80519354959d');
INSERT INTO public.instance VALUES ('db-CXD610ME98VMP5ZBRKXO2JH4TJ', 'cornac', 'available', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'cornac', 5432, 'cornac-cornac', '127.0.0.9', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 11:00:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-JS8T34UE291388CS856DUBAZ6D', 'ready', 'available', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'ready', 6432, 'cornac-ready', '127.0.0.10', true, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[{"Key": "team", "Value": "o''brien"}]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-9U2383AELNWFJTMI6OVSL8QQ8C', 'placed', 'available', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'placed', 5432, 'cornac-placed', '127.0.0.11', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{"allocatedStorage": 10}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', 'a', NULL, NULL);
INSERT INTO public.instance VALUES ('db-RLLIR60VEPTF4JZNMXONLO7PP4', 'promised', 'creating', '1ae4b8f0-05e5-4345-bd5e-9a52382e23f7', 'db.t2.micro', '15.18', 5, 'postgres', 'promised', 5432, 'cornac-promised', NULL, false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', NULL, NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-N85303VFBK8O0K9IR50R3LMGVM', 'begun', 'creating', 'c02c35f1-26e3-447d-8849-7abb07e60310', 'db.t2.micro', '15.18', 5, 'postgres', 'begun', 5432, 'cornac-begun', NULL, false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', NULL, 'b', NULL, NULL);
INSERT INTO public.instance VALUES ('db-9A4HH8UX0UU76V8NE0IRBGBNAX', 'broken', 'failed', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'broken', 5432, 'cornac-broken', NULL, false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', NULL, NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-P6VQ0CIWL8NK7LPLXPOBBX5M2M', 'leaving', 'deleting', 'b54bf21e-b122-4720-9f0d-74f1989481df', 'db.t2.micro', '15.18', 5, 'postgres', 'leaving', 5432, 'cornac-leaving', '127.0.0.12', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-GOM5KJLMBF92HS8OD66ASKRGF6', 'growing', 'modifying', 'e20621b1-cd6e-4bf7-92c6-dfc3752f4e59', 'db.t2.micro', '15.18', 5, 'postgres', 'growing', 5432, 'cornac-growing', '127.0.0.13', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-C36J2CBSDSLREIQOWP1AI909SR', 'rebooting', 'rebooting', 'd2bfa125-372b-43a6-b18f-bfa659848530', 'db.t2.micro', '15.18', 5, 'postgres', 'rebooting', 5432, 'cornac-rebooting', '127.0.0.14', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-LOFHTF8OJH3ZFDVTDEF08JT91G', 'resetting', 'resetting-master-credentials', '48d1ac34-c1ad-4289-a996-4a831e64014a', 'db.t2.micro', '15.18', 5, 'postgres', 'resetting', 5432, 'cornac-resetting', '127.0.0.15', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-PSWPQ133R8YXTTKGW10GHR29Z3', 'recovering', 'starting', '89937b4c-9dfc-4262-b24d-1f69ab31d18e', 'db.t2.micro', '15.18', 5, 'postgres', 'recovering', 5432, 'cornac-recovering', '127.0.0.16', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-SDVY7SHVOBANTT2Z3R028LV9ED', 'stopped', 'stopped', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'stopped', 5432, 'cornac-stopped', '127.0.0.17', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-KQHTDQQO0XEJ6630XD8GA1ULFJ', 'starting', 'starting', '193103f2-eb20-42e7-b801-c60e62576343', 'db.t2.micro', '15.18', 5, 'postgres', 'starting', 5432, 'cornac-starting', '127.0.0.18', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-BEQOZQIM5IHKRENXS5L0UE2N26', 'stopping', 'stopping', '60402350-2c26-4c0c-96d4-8936f0ec7f03', 'db.t2.micro', '15.18', 5, 'postgres', 'stopping', 5432, 'cornac-stopping', '127.0.0.19', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, NULL);
INSERT INTO public.instance VALUES ('db-MW11WBVGSCWHA7N4T5BUODNU0E', 'full', 'storage-full', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'full', 5432, 'cornac-full', '127.0.0.21', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, NULL, 'full');
INSERT INTO public.instance VALUES ('db-QMLYJBMG3SBWIH8EEDSCI770TY', 'lost', 'failed', NULL, 'db.t2.micro', '15.18', 5, 'postgres', 'lost', 5432, 'cornac-lost', '127.0.0.22', false, '{"storageType": "gp3", "copyTagsToSnapshot": false, "publiclyAccessible": false, "vpcSecurityGroupIds": [], "preferredBackupWindow": "00:00-00:30", "autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "mon:01:00-mon:01:30"}', '{}', '[]', '2026-11-23 12:00:00.123+00', '2026-11-23 12:05:00+00', NULL, '2026-11-26 03:14:06.373+00', NULL);
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'ef693ce4-7a4d-4267-9bec-a7229caf1489', 'ready', '{"DBInstance": {"DBInstanceIdentifier": "ready"}}', '2026-11-26 03:13:57.943+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '0ea523e4-2019-4f2d-b476-46fe1ac80bb8', 'placed', '{"DBInstance": {"DBInstanceIdentifier": "placed"}}', '2026-11-26 03:13:59.755+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'ce2a9471-2b8d-4d7d-8d21-a88722deb650', 'promised', '{"DBInstance": {"DBInstanceIdentifier": "promised"}}', '2026-11-26 03:14:01.061+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'e9520e95-6bbb-4b43-9738-0004f2e96029', 'begun', '{"DBInstance": {"DBInstanceIdentifier": "begun"}}', '2026-11-26 03:14:01.322+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '887cf4f3-7e90-40b1-998f-5c35c02af692', 'broken', '{"DBInstance": {"DBInstanceIdentifier": "broken"}}', '2026-11-26 03:14:01.636+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'fc1ee2dd-5ce0-4012-ad18-ab0d4f7dd5f5', 'leaving', '{"DBInstance": {"DBInstanceIdentifier": "leaving"}}', '2026-11-26 03:14:02.183+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '932f506e-3329-4701-9c90-bb279153f51b', 'leaving-begin', '{"DBInstance": {"DBInstanceIdentifier": "leaving"}}', '2026-11-26 03:14:02.344+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '6a808d28-377a-4e65-b76d-bc3a1fb61093', 'leaving-begin', '{"DBInstance": {"DBInstanceIdentifier": "leaving"}}', '2026-11-26 03:14:02.41+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '8d66b4d0-2cb3-45c1-af84-2380a0d78d02', 'growing', '{"DBInstance": {"DBInstanceIdentifier": "growing"}}', '2026-11-26 03:14:02.478+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '17cd5f8d-bde5-4c51-a02c-3dd0548630ff', 'growing-begin', '{"DBInstance": {"DBInstanceIdentifier": "growing"}}', '2026-11-26 03:14:02.606+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'a1930809-c951-4663-85ab-6d4c7fd42228', 'rebooting', '{"DBInstance": {"DBInstanceIdentifier": "rebooting"}}', '2026-11-26 03:14:02.695+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '61e390e2-15b0-416d-b26d-3fb1b9c9767a', 'rebooting-begin', '{"DBInstance": {"DBInstanceIdentifier": "rebooting"}}', '2026-11-26 03:14:02.972+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '3d5772f5-64bf-4639-a7f8-ed83e187c185', 'resetting', '{"DBInstance": {"DBInstanceIdentifier": "resetting"}}', '2026-11-26 03:14:03.209+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '514ffcf9-0115-466d-88ad-b1a7841fe8de', 'resetting-begin', '{"DBInstance": {"DBInstanceIdentifier": "resetting"}}', '2026-11-26 03:14:03.532+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'c8285f78-34ec-4a99-9e0c-52a286122454', 'recovering', '{"DBInstance": {"DBInstanceIdentifier": "recovering"}}', '2026-11-26 03:14:03.648+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'c68d3624-2a2c-41b8-ae06-add32de5c872', 'recovering-begin', '{"DBInstance": {"DBInstanceIdentifier": "recovering"}}', '2026-11-26 03:14:03.915+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '3974867d-db43-485e-a906-b5b4316bbc6f', 'stopped', '{"DBInstance": {"DBInstanceIdentifier": "stopped"}}', '2026-11-26 03:14:04.026+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '39e3621d-797d-404b-9123-823008eeb460', 'stopped-begin', '{"DBInstance": {"DBInstanceIdentifier": "stopped"}}', '2026-11-26 03:14:04.254+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'b38f7557-86d0-42eb-9ac8-471a7a93a360', 'starting', '{"DBInstance": {"DBInstanceIdentifier": "starting"}}', '2026-11-26 03:14:04.346+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'e47d0e86-a75c-4676-bbc9-003be701916a', 'starting-begin', '{"DBInstance": {"DBInstanceIdentifier": "starting"}}', '2026-11-26 03:14:04.588+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'bfd9a0ca-3e91-4e1d-a832-0715f0090aaa', 'starting-begin', '{"DBInstance": {"DBInstanceIdentifier": "starting"}}', '2026-11-26 03:14:04.679+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '31203623-af96-4cc3-84bd-1f6a8ba5c7a8', 'stopping', '{"DBInstance": {"DBInstanceIdentifier": "stopping"}}', '2026-11-26 03:14:04.748+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'acd32757-ee7a-4c20-86bd-28e85f98eeab', 'stopping-begin', '{"DBInstance": {"DBInstanceIdentifier": "stopping"}}', '2026-11-26 03:14:04.878+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '55fe58aa-e219-4164-b0e6-0e044abbe136', 'gone', '{"DBInstance": {"DBInstanceIdentifier": "gone"}}', '2026-11-26 03:14:04.984+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '4749786a-3025-4c6e-a810-5832095bcc52', 'gone-begin', '{"DBInstance": {"DBInstanceIdentifier": "gone"}}', '2026-11-26 03:14:05.189+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', '2849ec53-da5e-493a-9c54-7859fdf1472b', 'full', '{"DBInstance": {"DBInstanceIdentifier": "full"}}', '2026-11-26 03:14:05.487+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'f24e222c-d894-4fa4-8dbd-beccfd025c5b', 'full-begin', '{"DBInstance": {"DBInstanceIdentifier": "full"}}', '2026-11-26 03:14:05.71+00');
INSERT INTO public.invocation VALUES ('AKIAOLDER', 'e1e2ebad-f491-44e6-881d-e9de9355114d', 'lost', '{"DBInstance": {"DBInstanceIdentifier": "lost"}}', '2026-11-26 03:14:06.036+00');
INSERT INTO public.operation VALUES ('ea890a45-9043-4900-ab66-79d54a8c94a9', 'db-JS8T34UE291388CS856DUBAZ6D', 'ready', 'createDbInstance', '{}', 'succeeded', NULL, 'request-ready', '2026-11-26 03:13:58.141+00', '2026-11-26 03:13:59.014+00', '2026-11-26 03:13:59.562+00', '{}');
INSERT INTO public.operation VALUES ('2876e669-125a-498f-92e2-ca26f0aff734', 'db-9U2383AELNWFJTMI6OVSL8QQ8C', 'placed', 'createDbInstance', '{}', 'succeeded', NULL, 'request-placed', '2026-11-26 03:13:59.848+00', '2026-11-26 03:14:00.334+00', '2026-11-26 03:14:00.909+00', '{}');
INSERT INTO public.operation VALUES ('1ae4b8f0-05e5-4345-bd5e-9a52382e23f7', 'db-RLLIR60VEPTF4JZNMXONLO7PP4', 'promised', 'createDbInstance', '{}', 'pending', NULL, 'request-promised', '2026-11-26 03:14:01.09+00', NULL, NULL, '{}');
INSERT INTO public.operation VALUES ('c02c35f1-26e3-447d-8849-7abb07e60310', 'db-N85303VFBK8O0K9IR50R3LMGVM', 'begun', 'createDbInstance', '{}', 'running', NULL, 'request-begun', '2026-11-26 03:14:01.38+00', '2026-11-26 03:14:01.561+00', NULL, '{}');
INSERT INTO public.operation VALUES ('839ebad5-22a0-43ff-9b2b-8b0407505d01', 'db-9A4HH8UX0UU76V8NE0IRBGBNAX', 'broken', 'createDbInstance', '{}', 'failed', 'no room', 'request-broken', '2026-11-26 03:14:01.767+00', '2026-11-26 03:14:02.045+00', '2026-11-26 03:14:02.164+00', '{}');
INSERT INTO public.operation VALUES ('3de1a3af-9c77-4f1e-9e78-189990445808', 'db-P6VQ0CIWL8NK7LPLXPOBBX5M2M', 'leaving', 'createDbInstance', '{}', 'succeeded', NULL, 'request-leaving', '2026-11-26 03:14:02.204+00', '2026-11-26 03:14:02.266+00', '2026-11-26 03:14:02.331+00', '{}');
INSERT INTO public.operation VALUES ('8ab693e7-28e7-4866-8884-a9ba4f451420', 'db-P6VQ0CIWL8NK7LPLXPOBBX5M2M', 'leaving', 'rebootDbInstance', '{}', 'running', NULL, 'request-leaving-begin', '2026-11-26 03:14:02.371+00', '2026-11-26 03:14:02.396+00', NULL, '{}');
INSERT INTO public.operation VALUES ('b54bf21e-b122-4720-9f0d-74f1989481df', 'db-P6VQ0CIWL8NK7LPLXPOBBX5M2M', 'leaving', 'deleteDbInstance', '{}', 'running', NULL, 'request-leaving-begin', '2026-11-26 03:14:02.424+00', '2026-11-26 03:14:02.458+00', NULL, '{}');
INSERT INTO public.operation VALUES ('ce875eb8-318d-4346-95e6-fa0be25899c2', 'db-GOM5KJLMBF92HS8OD66ASKRGF6', 'growing', 'createDbInstance', '{}', 'succeeded', NULL, 'request-growing', '2026-11-26 03:14:02.486+00', '2026-11-26 03:14:02.524+00', '2026-11-26 03:14:02.594+00', '{}');
INSERT INTO public.operation VALUES ('0f062668-0a32-4229-9bcc-05dd69c36bc3', 'db-C36J2CBSDSLREIQOWP1AI909SR', 'rebooting', 'createDbInstance', '{}', 'succeeded', NULL, 'request-rebooting', '2026-11-26 03:14:02.715+00', '2026-11-26 03:14:02.79+00', '2026-11-26 03:14:02.91+00', '{}');
INSERT INTO public.operation VALUES ('d2bfa125-372b-43a6-b18f-bfa659848530', 'db-C36J2CBSDSLREIQOWP1AI909SR', 'rebooting', 'rebootDbInstance', '{}', 'running', NULL, 'request-rebooting-begin', '2026-11-26 03:14:02.99+00', '2026-11-26 03:14:03.147+00', NULL, '{}');
INSERT INTO public.operation VALUES ('2b2299e5-564d-4990-adde-edf38f151e05', 'db-LOFHTF8OJH3ZFDVTDEF08JT91G', 'resetting', 'createDbInstance', '{}', 'succeeded', NULL, 'request-resetting', '2026-11-26 03:14:03.256+00', '2026-11-26 03:14:03.372+00', '2026-11-26 03:14:03.515+00', '{}');
INSERT INTO public.operation VALUES ('48d1ac34-c1ad-4289-a996-4a831e64014a', 'db-LOFHTF8OJH3ZFDVTDEF08JT91G', 'resetting', 'modifyDbInstance', '{"modification": {"masterPassword": true}}', 'running', NULL, 'request-resetting-begin', '2026-11-26 03:14:03.563+00', '2026-11-26 03:14:03.63+00', NULL, '{}');
INSERT INTO public.operation VALUES ('da57a713-f107-48f4-9114-174ac8e06c91', 'db-PSWPQ133R8YXTTKGW10GHR29Z3', 'recovering', 'createDbInstance', '{}', 'succeeded', NULL, 'request-recovering', '2026-11-26 03:14:03.686+00', '2026-11-26 03:14:03.752+00', '2026-11-26 03:14:03.826+00', '{}');
INSERT INTO public.operation VALUES ('89937b4c-9dfc-4262-b24d-1f69ab31d18e', 'db-PSWPQ133R8YXTTKGW10GHR29Z3', 'recovering', 'recoverDbInstance', '{}', 'running', NULL, 'request-recovering-begin', '2026-11-26 03:14:03.979+00', '2026-11-26 03:14:04.019+00', NULL, '{}');
INSERT INTO public.operation VALUES ('64034ac5-c63c-44ca-978e-cbe31a9550af', 'db-SDVY7SHVOBANTT2Z3R028LV9ED', 'stopped', 'createDbInstance', '{}', 'succeeded', NULL, 'request-stopped', '2026-11-26 03:14:04.046+00', '2026-11-26 03:14:04.112+00', '2026-11-26 03:14:04.19+00', '{}');
INSERT INTO public.operation VALUES ('70c4d119-bb6e-4345-b5db-3281a17ab96f', 'db-SDVY7SHVOBANTT2Z3R028LV9ED', 'stopped', 'stopDbInstance', '{}', 'succeeded', NULL, 'request-stopped-begin', '2026-11-26 03:14:04.279+00', '2026-11-26 03:14:04.301+00', '2026-11-26 03:14:04.314+00', '{}');
INSERT INTO public.operation VALUES ('a17193ea-b383-47c4-a28c-e894aed2deca', 'db-KQHTDQQO0XEJ6630XD8GA1ULFJ', 'starting', 'createDbInstance', '{}', 'succeeded', NULL, 'request-starting', '2026-11-26 03:14:04.371+00', '2026-11-26 03:14:04.426+00', '2026-11-26 03:14:04.559+00', '{}');
INSERT INTO public.operation VALUES ('eb148c40-42e5-462c-b4e8-ee6c2b962b7e', 'db-KQHTDQQO0XEJ6630XD8GA1ULFJ', 'starting', 'stopDbInstance', '{}', 'succeeded', NULL, 'request-starting-begin', '2026-11-26 03:14:04.602+00', '2026-11-26 03:14:04.637+00', '2026-11-26 03:14:04.654+00', '{}');
INSERT INTO public.operation VALUES ('193103f2-eb20-42e7-b801-c60e62576343', 'db-KQHTDQQO0XEJ6630XD8GA1ULFJ', 'starting', 'startDbInstance', '{}', 'running', NULL, 'request-starting-begin', '2026-11-26 03:14:04.701+00', '2026-11-26 03:14:04.742+00', NULL, '{}');
INSERT INTO public.operation VALUES ('aa23524d-d4d0-4ba2-8e5c-4ab0c4c33d83', 'db-BEQOZQIM5IHKRENXS5L0UE2N26', 'stopping', 'createDbInstance', '{}', 'succeeded', NULL, 'request-stopping', '2026-11-26 03:14:04.755+00', '2026-11-26 03:14:04.812+00', '2026-11-26 03:14:04.866+00', '{}');
INSERT INTO public.operation VALUES ('60402350-2c26-4c0c-96d4-8936f0ec7f03', 'db-BEQOZQIM5IHKRENXS5L0UE2N26', 'stopping', 'stopDbInstance', '{}', 'running', NULL, 'request-stopping-begin', '2026-11-26 03:14:04.893+00', '2026-11-26 03:14:04.955+00', NULL, '{}');
INSERT INTO public.operation VALUES ('564f9978-d1ca-49c5-a6d7-8e3f8b92fb24', 'db-E9UCO8S55K1KK7SMZP5EIAI1NN', 'gone', 'createDbInstance', '{}', 'succeeded', NULL, 'request-gone', '2026-11-26 03:14:04.994+00', '2026-11-26 03:14:05.102+00', '2026-11-26 03:14:05.146+00', '{}');
INSERT INTO public.operation VALUES ('b8b507e8-b2b7-4638-9c8c-f09dfc3ac79f', 'db-E9UCO8S55K1KK7SMZP5EIAI1NN', 'gone', 'deleteDbInstance', '{}', 'succeeded', NULL, 'request-gone-begin', '2026-11-26 03:14:05.254+00', '2026-11-26 03:14:05.302+00', '2026-11-26 03:14:05.456+00', '{}');
INSERT INTO public.operation VALUES ('6d6f9410-fb27-48bf-a335-c69945902fa0', 'db-MW11WBVGSCWHA7N4T5BUODNU0E', 'full', 'createDbInstance', '{}', 'succeeded', NULL, 'request-full', '2026-11-26 03:14:05.5+00', '2026-11-26 03:14:05.594+00', '2026-11-26 03:14:05.667+00', '{}');
INSERT INTO public.operation VALUES ('884f0310-58c3-485c-9fb5-d2dd9b7bac80', 'db-MW11WBVGSCWHA7N4T5BUODNU0E', 'full', 'rebootDbInstance', '{}', 'succeeded', NULL, 'request-full-begin', '2026-11-26 03:14:05.759+00', '2026-11-26 03:14:05.919+00', '2026-11-26 03:14:05.992+00', '{}');
INSERT INTO public.operation VALUES ('1f5d7f52-7313-4070-a3f1-6eb4fa558689', 'db-QMLYJBMG3SBWIH8EEDSCI770TY', 'lost', 'createDbInstance', '{}', 'succeeded', NULL, 'request-lost', '2026-11-26 03:14:06.082+00', '2026-11-26 03:14:06.208+00', '2026-11-26 03:14:06.319+00', '{}');
INSERT INTO public.operation VALUES ('e20621b1-cd6e-4bf7-92c6-dfc3752f4e59', 'db-GOM5KJLMBF92HS8OD66ASKRGF6', 'growing', 'modifyDbInstance', '{"modification": {"dbInstanceClass": "db.t2.small", "allocatedStorage": 20}}', 'running', NULL, 'request-growing-begin', '2026-11-26 03:14:02.626+00', '2026-11-26 03:14:02.675+00', NULL, '{"reserved": {"dbInstanceClass": "db.t2.small", "allocatedStorage": 20}}');
INSERT INTO public.reconcile_round VALUES (1, '2026-11-23 13:00:00+00', 1, NULL);
INSERT INTO public.secret VALUES ('db-RLLIR60VEPTF4JZNMXONLO7PP4', 'master', '\xe618a59b6f3eb90ec88d1fc6f498468c3b864fde8cff21d1ad6fafd2939cca1074aa578128570441fe286bc6618d1319e5d5ca57b5fac4f42b6452ce213b2c0b576d6d2c1ea2a98c44', 'e4fd103c-629c-4731-bde9-b45d3a8fcc9a');
INSERT INTO public.secret VALUES ('db-N85303VFBK8O0K9IR50R3LMGVM', 'master', '\x2f0a3e03d91adbdda75c62843e9494ff1640697c7a91e017bec97e854cca5cb46e57d5204d822103ccde7766ac4b088efcd173f3d76af1771b9520ad63206edc8c3b404e88c6c4fe12', 'd9275e78-0572-49af-9db9-5c9a19e5806b');
INSERT INTO public.secret VALUES ('db-9A4HH8UX0UU76V8NE0IRBGBNAX', 'master', '\x6aa7bcb1a81f14da5d1b9119e6fd977ad2396be8da3cd566e92f90a01ed0a19ecdc2ddc0845b680d0a689f964d245eca52261d6c6202b6c7bc801fc65a244f17b451aeae5a25c1bfa5', '2fce1ab7-2948-488e-8398-253a2bde9635');
INSERT INTO public.secret VALUES ('db-LOFHTF8OJH3ZFDVTDEF08JT91G', 'master', '\x3daf5473e2ed6c41d745690aa60d71e939cf48515cc2b42d29dfddaa4653c2b39f001df2019bdbcc176530aeff51268660717e534e17a919cf25e5003910a1a3eb146fe74b19748c9a', '3a7e04a5-d1e9-421b-963d-85efb648cd04');
INSERT INTO public.signature VALUES ('AKIAOLDER', '19a23534812ff032542478a35bdabbf299a009565283512161e22dcdc37ebace', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '4596d2d53b527987837c3ad27f58451a0689b74d9281a31c2f87c7fa3a2ffb0f', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '5e2259a9483b7687ce9250d6f7333fbaea9c9f8822bd724ea8564635f7df59b8', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'fa1cf6bb8ff4266efefc486a47e8c8ee54a0eac8d9602c743188d28e8c2bcec7', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'bd22ac3a54d0066146b87b444d2de491f79c5c99b7c1486163cae6e309b1bfe2', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '5797cd60cc3c61dfba7512dc920da86d7e7f06be485612aa8c4522eebdbd4d64', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'f5a50face0caed1b661f7d633bc82b8dce65e927acf42979625c37809cb1edd5', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '25b8238cf00b83b60e018d71c8ab3690609ad5906119bd8bedeb36a4d2f6d762', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '34293b74403bfd2fa12022a726c30ff67d8860fc8633e4e888d9d0179bf71ca1', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'd895fbbc2ffd1ca4ab68cad38e8ba6747522beb4004b2b57ad24139ecbe9dc0e', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'f4dfc50b68671a20b85d58005b6dd0d15d00aa5bbabd1f4663ab137047444e22', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'bee5dd4527fd9bff2043ac95c74f46581ef67b7a902dcdd7e1053612f28c7b17', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '6843b86cbee63d1f5ad28ece06669be2b7ddb718dbc236765f0c36225cb6d305', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'fc5b23446b2e599ee795e2158391948321e20e53022242036e8830ac5534c5a6', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '2496a459ff4adc8f1cb9f05bd1f81fbb3c61086b114da725ba771e225e83d91a', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '7715fde93ca27b72081e6ed8340aade73b4796181e35dd8baeca88dbdc65fb48', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '362a146c6d7ba4dec177a8ba47d4a7879d79eb7d116c31fe2a0d80c471e9667b', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '9d43d8da0c5a328be12abef6549a920cdb09e5e563df6248e41f51a6a1941e1a', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'c3f9a8f9e745f657ae3592122d62f9e86233a8032b3c9a2c6da9d7a4eca30deb', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '85b4d94de150410fe93c01668d0092ddffbbd662644f22608ae344c9500d9876', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '48ed7dec7b88f3f1abf25b207956004084bcd96ea2af35a968f9f22baa74c53e', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'beb09690edffd8010e0aa310f07063916239e7fa1cb33b9ce3130f9aef514c13', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '68acc85b9e7db93c9c0d7502317dfc17300545e5832b7b86e3d1c71aa8a71fb2', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', 'fdd893dcd14ce0b1cefb6db48692ae8e088ab2512337d4c091464badf6d4867e', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '79742a4364ea0036a5e3836b650780ed3f58512eaafff82f1b3536147af4496b', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '6455fc03dfa0b2e1706a5dd2d1c17b38becd137dbc2d96aba2d583900767222d', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '29a55093be16e386bd3082cd501a00d806bafca006319524a3ecb23271762f6e', '2030-01-01 00:00:00+00');
INSERT INTO public.signature VALUES ('AKIAOLDER', '116dbaedebab274363017741c4f9273a6f8e516f7fa05c7dc3d8384869e22d0d', '2030-01-01 00:00:00+00');
SELECT pg_catalog.setval('public.event_id_seq', 17, true);
ALTER TABLE ONLY public._prisma_migrations
    ADD CONSTRAINT _prisma_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.engine_version
    ADD CONSTRAINT engine_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.instance
    ADD CONSTRAINT instance_pkey PRIMARY KEY (dbi_resource_id);
ALTER TABLE ONLY public.invocation
    ADD CONSTRAINT invocation_pkey PRIMARY KEY (access_key_id, invocation_id, fingerprint);
ALTER TABLE ONLY public.operation
    ADD CONSTRAINT operation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reconcile_round
    ADD CONSTRAINT reconcile_round_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.secret
    ADD CONSTRAINT secret_pkey PRIMARY KEY (dbi_resource_id, purpose);
ALTER TABLE ONLY public.signature
    ADD CONSTRAINT signature_pkey PRIMARY KEY (access_key_id, signature);
CREATE INDEX event_date_idx ON public.event USING btree (date);
CREATE UNIQUE INDEX event_dedupe_key ON public.event USING btree (dedupe);
CREATE INDEX event_source_type_source_identifier_date_idx ON public.event USING btree (source_type, source_identifier, date);
CREATE UNIQUE INDEX instance_identifier_key ON public.instance USING btree (identifier);
CREATE UNIQUE INDEX instance_machine_key ON public.instance USING btree (machine);
CREATE UNIQUE INDEX instance_operation_id_key ON public.instance USING btree (operation_id);
CREATE INDEX invocation_created_at_idx ON public.invocation USING btree (created_at);
CREATE INDEX operation_closed_at_idx ON public.operation USING btree (closed_at);
CREATE INDEX operation_dbi_resource_id_created_at_idx ON public.operation USING btree (dbi_resource_id, created_at);
CREATE INDEX operation_identifier_created_at_idx ON public.operation USING btree (identifier, created_at);
CREATE INDEX operation_state_created_at_idx ON public.operation USING btree (state, created_at);
CREATE INDEX signature_good_until_idx ON public.signature USING btree (good_until);
