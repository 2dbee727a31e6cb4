BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'layso','base_tables','2026-11-29 19:45:23.814091+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'layso','tickets','2026-11-29 19:45:23.814752+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'layso','queue_lengths','2026-11-29 19:45:23.814934+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'layso','journal','2026-11-29 19:45:23.815330+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'layso','accounts','2026-11-29 19:45:23.815593+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'layso','ratings','2026-11-29 19:45:23.815785+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'layso','emergencies','2026-11-29 19:45:23.815916+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'layso','policies','2026-11-29 19:45:23.816169+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'layso','sent_tickets','2026-11-29 19:45:23.816325+00:00');
CREATE TABLE calls (
        id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, day TEXT NOT NULL, ticket_id INTEGER NOT NULL,
        number TEXT NOT NULL, counter INTEGER NOT NULL, called_at INTEGER NOT NULL, times INTEGER NOT NULL,
        service TEXT NOT NULL, field TEXT, priority INTEGER NOT NULL) STRICT;
INSERT INTO "calls" VALUES(1,'hoa-an','2026-11-23',5,'8001',1,1795394100000,1,'submit','BT',1);
INSERT INTO "calls" VALUES(2,'hoa-an','2026-11-23',1,'1001',2,1795394100000,1,'submit','HT',0);
INSERT INTO "calls" VALUES(3,'hoa-an','2026-11-23',5,'8001',1,1795394135000,2,'submit','BT',1);
INSERT INTO "calls" VALUES(4,'hoa-an','2026-11-23',3,'2001',2,1795394435000,1,'submit','CT',0);
INSERT INTO "calls" VALUES(5,'hoa-an','2026-11-23',3,'2001',2,1795394466000,2,'submit','CT',0);
INSERT INTO "calls" VALUES(6,'hoa-an','2026-11-23',3,'2001',2,1795394497000,3,'submit','CT',0);
INSERT INTO "calls" VALUES(7,'hoa-an','2026-11-23',7,'1002',2,1795394497000,1,'submit','HT',0);
INSERT INTO "calls" VALUES(8,'tan-hiep','2026-11-23',6,'8001',1,1795394497000,1,'submit','BT',1);
INSERT INTO "calls" VALUES(9,'tan-hiep','2026-11-23',2,'1001',2,1795394497000,1,'submit','HT',0);
INSERT INTO "calls" VALUES(10,'tan-hiep','2026-11-23',6,'8001',1,1795394532000,2,'submit','BT',1);
INSERT INTO "calls" VALUES(11,'tan-hiep','2026-11-23',4,'2001',2,1795394832000,1,'submit','CT',0);
INSERT INTO "calls" VALUES(12,'tan-hiep','2026-11-23',4,'2001',2,1795394863000,2,'submit','CT',0);
INSERT INTO "calls" VALUES(13,'tan-hiep','2026-11-23',4,'2001',2,1795394894000,3,'submit','CT',0);
INSERT INTO "calls" VALUES(14,'tan-hiep','2026-11-23',8,'1002',2,1795394894000,1,'submit','HT',0);
INSERT INTO "calls" VALUES(15,'tan-hiep','2026-11-24',14,'1001',1,1795482300000,1,'submit','HT',0);
INSERT INTO "calls" VALUES(16,'hoa-an','2026-11-24',17,'1001',1,1795482300000,1,'submit','HT',0);
CREATE TABLE counters (
        site TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, holder TEXT NOT NULL,
        holder_name TEXT NOT NULL, fields TEXT NOT NULL, services TEXT NOT NULL, reason TEXT NOT NULL,
        last_ticket INTEGER, last_at INTEGER, last_state TEXT NOT NULL, last_dossiers INTEGER NOT NULL,
        PRIMARY KEY (site, number)) STRICT, WITHOUT ROWID;
INSERT INTO "counters" VALUES('hoa-an',1,'open','officer:lan','lan','["HT","CT","BT"]','["result","help"]','',17,1795482300000,'serving',2);
INSERT INTO "counters" VALUES('hoa-an',2,'closed','','','[]','[]','',NULL,NULL,'',0);
INSERT INTO "counters" VALUES('tan-hiep',1,'open','officer:lan','lan','["HT","CT","BT"]','["result","help"]','',NULL,NULL,'',0);
INSERT INTO "counters" VALUES('tan-hiep',2,'closed','','','[]','[]','',NULL,NULL,'',0);
CREATE TABLE "day_clocks" (
   "site" TEXT PRIMARY KEY,
   "day" TEXT,
   "next_due" INTEGER
) STRICT;
INSERT INTO "day_clocks" VALUES('tinh','2026-11-24',1795492800000);
INSERT INTO "day_clocks" VALUES('hoa-an','2026-11-24',1795492800000);
INSERT INTO "day_clocks" VALUES('tan-hiep','2026-11-24',1795492800000);
CREATE TABLE dossier_codes (id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, code TEXT NOT NULL) STRICT;
INSERT INTO "dossier_codes" VALUES(1,17,'H19.33.15-261124-0007');
CREATE TABLE emergencies (
        site TEXT PRIMARY KEY, text TEXT NOT NULL, text_en TEXT NOT NULL, since INTEGER NOT NULL,
        origin TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "emergencies" VALUES('tan-hiep','Tạm ngưng','Stopped',1795482300000,'');
CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
        kind TEXT NOT NULL, ticket INTEGER, session TEXT NOT NULL, counter INTEGER, data TEXT NOT NULL) STRICT;
INSERT INTO "journal" VALUES(1,'tinh',1795390200000,'cli','site_configured',NULL,'',NULL,'{"version":1}');
INSERT INTO "journal" VALUES(2,'hoa-an',1795390200000,'cli','site_configured',NULL,'',NULL,'{"version":1}');
INSERT INTO "journal" VALUES(3,'tan-hiep',1795390200000,'cli','site_configured',NULL,'',NULL,'{"version":1}');
INSERT INTO "journal" VALUES(4,'hoa-an',1795390200000,'officer:tinh','account_changed',NULL,'',NULL,'{"what":"token_issued","name":"Kiosk sảnh","role":"kiosk"}');
INSERT INTO "journal" VALUES(5,'tan-hiep',1795390200000,'officer:tinh','account_changed',NULL,'',NULL,'{"what":"token_issued","name":"Kiosk sảnh","role":"kiosk"}');
INSERT INTO "journal" VALUES(6,'hoa-an',1795390200000,'officer:tinh','account_changed',NULL,'',NULL,'{"what":"officer_added","name":"lan","role":"officer"}');
INSERT INTO "journal" VALUES(7,'tinh',1795392600000,'clock','session_planned',NULL,'2026-11-23-morning',NULL,'{"cap":10,"field_caps":{"CT":4},"service_caps":{"result":3}}');
INSERT INTO "journal" VALUES(8,'tinh',1795392600000,'clock','session_planned',NULL,'2026-11-23-afternoon',NULL,'{"cap":10,"field_caps":{"CT":4},"service_caps":{"result":3}}');
INSERT INTO "journal" VALUES(9,'tinh',1795392000000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(10,'hoa-an',1795392600000,'clock','session_planned',NULL,'2026-11-23-morning',NULL,'{"cap":30,"field_caps":{},"service_caps":{}}');
INSERT INTO "journal" VALUES(11,'hoa-an',1795392600000,'clock','session_planned',NULL,'2026-11-23-afternoon',NULL,'{"cap":30,"field_caps":{},"service_caps":{}}');
INSERT INTO "journal" VALUES(12,'hoa-an',1795392000000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(13,'tan-hiep',1795392600000,'clock','session_planned',NULL,'2026-11-23-morning',NULL,'{"cap":30,"field_caps":{},"service_caps":{}}');
INSERT INTO "journal" VALUES(14,'tan-hiep',1795392600000,'clock','session_planned',NULL,'2026-11-23-afternoon',NULL,'{"cap":30,"field_caps":{},"service_caps":{}}');
INSERT INTO "journal" VALUES(15,'tan-hiep',1795392000000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(16,'hoa-an',1795392600000,'token:1','ticket_taken',1,'2026-11-23-morning',NULL,'{"number":"1001","service":"submit","field":"HT","session":"2026-11-23-morning","dossiers":1,"lang":"vi","source":"kiosk","policy":"default","position":1.0}');
INSERT INTO "journal" VALUES(17,'tan-hiep',1795392620000,'token:2','ticket_taken',2,'2026-11-23-morning',NULL,'{"number":"1001","service":"submit","field":"HT","session":"2026-11-23-morning","dossiers":1,"lang":"vi","source":"kiosk","policy":"default","position":2.0}');
INSERT INTO "journal" VALUES(18,'hoa-an',1795392660000,'token:1','ticket_taken',3,'2026-11-23-morning',NULL,'{"number":"2001","service":"submit","field":"CT","session":"2026-11-23-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"default","position":3.0}');
INSERT INTO "journal" VALUES(19,'tan-hiep',1795392680000,'token:2','ticket_taken',4,'2026-11-23-morning',NULL,'{"number":"2001","service":"submit","field":"CT","session":"2026-11-23-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"default","position":4.0}');
INSERT INTO "journal" VALUES(20,'hoa-an',1795392720000,'token:1','ticket_taken',5,'2026-11-23-morning',NULL,'{"number":"8001","service":"submit","field":"BT","session":"2026-11-23-morning","dossiers":1,"priority":"elderly","lang":"vi","source":"kiosk","policy":"default","position":5.0}');
INSERT INTO "journal" VALUES(21,'tan-hiep',1795392740000,'token:2','ticket_taken',6,'2026-11-23-morning',NULL,'{"number":"8001","service":"submit","field":"BT","session":"2026-11-23-morning","dossiers":1,"priority":"elderly","lang":"vi","source":"kiosk","policy":"default","position":6.0}');
INSERT INTO "journal" VALUES(22,'hoa-an',1795392780000,'token:1','ticket_taken',7,'2026-11-23-morning',NULL,'{"number":"1002","service":"submit","field":"HT","session":"2026-11-23-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"default","position":7.0}');
INSERT INTO "journal" VALUES(23,'tan-hiep',1795392800000,'token:2','ticket_taken',8,'2026-11-23-morning',NULL,'{"number":"1002","service":"submit","field":"HT","session":"2026-11-23-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"default","position":8.0}');
INSERT INTO "journal" VALUES(24,'hoa-an',1795392840000,'token:1','ticket_taken',9,'2026-11-23-morning',NULL,'{"number":"7001","service":"result","session":"2026-11-23-morning","dossiers":1,"lang":"vi","source":"kiosk","policy":"default","position":9.0}');
INSERT INTO "journal" VALUES(25,'tan-hiep',1795392840000,'token:2','ticket_taken',10,'2026-11-23-morning',NULL,'{"number":"9001","service":"help","session":"2026-11-23-morning","dossiers":1,"lang":"vi","source":"kiosk","policy":"default","position":10.0}');
INSERT INTO "journal" VALUES(26,'tan-hiep',1795392840000,'citizen','ticket_cancelled',10,'2026-11-23-morning',NULL,'{"gave_back":true}');
INSERT INTO "journal" VALUES(27,'hoa-an',1795394100000,'officer:lan','counter_opened',NULL,'',1,'{"fields":["HT","CT","BT"],"services":["result","help"],"takeover":false}');
INSERT INTO "journal" VALUES(28,'hoa-an',1795394100000,'officer:minh','counter_opened',NULL,'',2,'{"fields":["HT","CT"],"services":[],"takeover":false}');
INSERT INTO "journal" VALUES(29,'hoa-an',1795394100000,'officer:lan','ticket_called',5,'2026-11-23-morning',1,'{"counter":1,"turn":"next"}');
INSERT INTO "journal" VALUES(30,'hoa-an',1795394100000,'officer:minh','ticket_called',1,'2026-11-23-morning',2,'{"counter":2,"turn":"next"}');
INSERT INTO "journal" VALUES(31,'hoa-an',1795394135000,'officer:lan','ticket_recalled',5,'2026-11-23-morning',1,'{"counter":1}');
INSERT INTO "journal" VALUES(32,'hoa-an',1795394135000,'officer:minh','service_started',1,'2026-11-23-morning',2,'{"counter":2}');
INSERT INTO "journal" VALUES(33,'hoa-an',1795394375000,'officer:lan','service_started',5,'2026-11-23-morning',1,'{"counter":1}');
INSERT INTO "journal" VALUES(34,'hoa-an',1795394375000,'officer:lan','ticket_finished',5,'2026-11-23-morning',1,'{"counter":1,"dossiers":2,"postal":"return","postal_dossiers":1}');
INSERT INTO "journal" VALUES(35,'hoa-an',1795394375000,'officer:lan','step_undone',5,'2026-11-23-morning',1,'{"state":"serving","counter":1,"dossiers":1}');
INSERT INTO "journal" VALUES(36,'hoa-an',1795394375000,'officer:lan','ticket_finished',5,'2026-11-23-morning',1,'{"counter":1,"dossiers":1,"postal_dossiers":0}');
INSERT INTO "journal" VALUES(37,'hoa-an',1795394375000,'officer:minh','ticket_transferred',1,'2026-11-23-morning',2,'{"counter":1}');
INSERT INTO "journal" VALUES(38,'hoa-an',1795394435000,'officer:minh','ticket_called',3,'2026-11-23-morning',2,'{"counter":2,"turn":"next"}');
INSERT INTO "journal" VALUES(39,'hoa-an',1795394466000,'officer:minh','ticket_recalled',3,'2026-11-23-morning',2,'{"counter":2}');
INSERT INTO "journal" VALUES(40,'hoa-an',1795394497000,'officer:minh','ticket_recalled',3,'2026-11-23-morning',2,'{"counter":2}');
INSERT INTO "journal" VALUES(41,'hoa-an',1795394497000,'officer:minh','ticket_absent',3,'2026-11-23-morning',2,'{"counter":2,"gave_back":true}');
INSERT INTO "journal" VALUES(42,'hoa-an',1795394497000,'officer:minh','ticket_called',7,'2026-11-23-morning',2,'{"counter":2,"turn":"next"}');
INSERT INTO "journal" VALUES(43,'hoa-an',1795394497000,'officer:minh','ticket_held',7,'2026-11-23-morning',2,'{"counter":2,"reason":"thiếu giấy"}');
INSERT INTO "journal" VALUES(44,'hoa-an',1795394497000,'officer:minh','ticket_requeued',3,'2026-11-23-morning',NULL,'{"position":10.5,"reason":"đã quay lại"}');
INSERT INTO "journal" VALUES(45,'hoa-an',1795394497000,'officer:minh','ticket_cancelled',3,'2026-11-23-morning',NULL,'{"gave_back":true,"reason":"nhầm"}');
INSERT INTO "journal" VALUES(46,'hoa-an',1795394497000,'officer:ha','difficulty_noted',NULL,'2026-11-23-morning',NULL,'{"text":"Máy in hết giấy"}');
INSERT INTO "journal" VALUES(47,'hoa-an',1795394497000,'officer:ha','difficulty_noted',NULL,'2026-11-23-morning',NULL,'{"text":"Mạng chậm"}');
INSERT INTO "journal" VALUES(48,'hoa-an',1795394497000,'officer:minh','counter_paused',NULL,'',2,'{}');
INSERT INTO "journal" VALUES(49,'hoa-an',1795394497000,'officer:ha','caps_changed',NULL,'2026-11-23-morning',NULL,'{"before":{"cap":30,"field_caps":{},"service_caps":{}},"after":{"cap":25,"field_caps":{},"service_caps":{}},"reason":"đông"}');
INSERT INTO "journal" VALUES(50,'hoa-an',1795394497000,'officer:ha','session_paused',NULL,'2026-11-23-morning',NULL,'{"reason":"mất điện"}');
INSERT INTO "journal" VALUES(51,'hoa-an',1795394497000,'officer:ha','session_resumed',NULL,'2026-11-23-morning',NULL,'{}');
INSERT INTO "journal" VALUES(52,'hoa-an',1795394497000,'officer:ha','postal_corrected',NULL,'',NULL,'{"day":"2026-11-23","form":"return","dossiers":1,"reason":"đếm sót"}');
INSERT INTO "journal" VALUES(53,'tan-hiep',1795394497000,'officer:lan','counter_opened',NULL,'',1,'{"fields":["HT","CT","BT"],"services":["result","help"],"takeover":false}');
INSERT INTO "journal" VALUES(54,'tan-hiep',1795394497000,'officer:minh','counter_opened',NULL,'',2,'{"fields":["HT","CT"],"services":[],"takeover":false}');
INSERT INTO "journal" VALUES(55,'tan-hiep',1795394497000,'officer:lan','ticket_called',6,'2026-11-23-morning',1,'{"counter":1,"turn":"next"}');
INSERT INTO "journal" VALUES(56,'tan-hiep',1795394497000,'officer:minh','ticket_called',2,'2026-11-23-morning',2,'{"counter":2,"turn":"next"}');
INSERT INTO "journal" VALUES(57,'tan-hiep',1795394532000,'officer:lan','ticket_recalled',6,'2026-11-23-morning',1,'{"counter":1}');
INSERT INTO "journal" VALUES(58,'tan-hiep',1795394532000,'officer:minh','service_started',2,'2026-11-23-morning',2,'{"counter":2}');
INSERT INTO "journal" VALUES(59,'tan-hiep',1795394772000,'officer:lan','service_started',6,'2026-11-23-morning',1,'{"counter":1}');
INSERT INTO "journal" VALUES(60,'tan-hiep',1795394772000,'officer:lan','ticket_finished',6,'2026-11-23-morning',1,'{"counter":1,"dossiers":2,"postal":"return","postal_dossiers":1}');
INSERT INTO "journal" VALUES(61,'tan-hiep',1795394772000,'officer:lan','step_undone',6,'2026-11-23-morning',1,'{"state":"serving","counter":1,"dossiers":1}');
INSERT INTO "journal" VALUES(62,'tan-hiep',1795394772000,'officer:lan','ticket_finished',6,'2026-11-23-morning',1,'{"counter":1,"dossiers":1,"postal_dossiers":0}');
INSERT INTO "journal" VALUES(63,'tan-hiep',1795394772000,'officer:minh','ticket_transferred',2,'2026-11-23-morning',2,'{"counter":1}');
INSERT INTO "journal" VALUES(64,'tan-hiep',1795394832000,'officer:minh','ticket_called',4,'2026-11-23-morning',2,'{"counter":2,"turn":"next"}');
INSERT INTO "journal" VALUES(65,'tan-hiep',1795394863000,'officer:minh','ticket_recalled',4,'2026-11-23-morning',2,'{"counter":2}');
INSERT INTO "journal" VALUES(66,'tan-hiep',1795394894000,'officer:minh','ticket_recalled',4,'2026-11-23-morning',2,'{"counter":2}');
INSERT INTO "journal" VALUES(67,'tan-hiep',1795394894000,'officer:minh','ticket_absent',4,'2026-11-23-morning',2,'{"counter":2,"gave_back":true}');
INSERT INTO "journal" VALUES(68,'tan-hiep',1795394894000,'officer:minh','ticket_called',8,'2026-11-23-morning',2,'{"counter":2,"turn":"next"}');
INSERT INTO "journal" VALUES(69,'tan-hiep',1795394894000,'officer:minh','ticket_held',8,'2026-11-23-morning',2,'{"counter":2,"reason":"thiếu giấy"}');
INSERT INTO "journal" VALUES(70,'tan-hiep',1795394894000,'officer:minh','ticket_requeued',4,'2026-11-23-morning',NULL,'{"position":10.5,"reason":"đã quay lại"}');
INSERT INTO "journal" VALUES(71,'tan-hiep',1795394894000,'officer:minh','ticket_cancelled',4,'2026-11-23-morning',NULL,'{"gave_back":true,"reason":"nhầm"}');
INSERT INTO "journal" VALUES(72,'tan-hiep',1795394894000,'officer:ha','difficulty_noted',NULL,'2026-11-23-morning',NULL,'{"text":"Máy in hết giấy"}');
INSERT INTO "journal" VALUES(73,'tan-hiep',1795394894000,'officer:ha','difficulty_noted',NULL,'2026-11-23-morning',NULL,'{"text":"Mạng chậm"}');
INSERT INTO "journal" VALUES(74,'tan-hiep',1795394894000,'officer:minh','counter_paused',NULL,'',2,'{}');
INSERT INTO "journal" VALUES(75,'tan-hiep',1795394894000,'officer:ha','caps_changed',NULL,'2026-11-23-morning',NULL,'{"before":{"cap":30,"field_caps":{},"service_caps":{}},"after":{"cap":25,"field_caps":{},"service_caps":{}},"reason":"đông"}');
INSERT INTO "journal" VALUES(76,'tan-hiep',1795394894000,'officer:ha','session_paused',NULL,'2026-11-23-morning',NULL,'{"reason":"mất điện"}');
INSERT INTO "journal" VALUES(77,'tan-hiep',1795394894000,'officer:ha','session_resumed',NULL,'2026-11-23-morning',NULL,'{}');
INSERT INTO "journal" VALUES(78,'tan-hiep',1795394894000,'officer:ha','postal_corrected',NULL,'',NULL,'{"day":"2026-11-23","form":"return","dossiers":1,"reason":"đếm sót"}');
INSERT INTO "journal" VALUES(79,'hoa-an',1795394894000,'officer:ha','emergency_stopped',NULL,'',NULL,'{"text":"Mời quý khách ra ngoài","reason":"diễn tập"}');
INSERT INTO "journal" VALUES(80,'hoa-an',1795394894000,'officer:ha','emergency_lifted',NULL,'',NULL,'{"reason":"xong"}');
INSERT INTO "journal" VALUES(81,'tinh',1795394894000,'officer:tinh','portal_marked',NULL,'',NULL,'{"down":true,"reason":"bảo trì"}');
INSERT INTO "journal" VALUES(82,'hoa-an',1795394894000,'officer:tinh','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"portal"}');
INSERT INTO "journal" VALUES(83,'tan-hiep',1795394894000,'officer:tinh','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"portal"}');
INSERT INTO "journal" VALUES(84,'tinh',1795394894000,'officer:tinh','portal_marked',NULL,'',NULL,'{"down":false}');
INSERT INTO "journal" VALUES(85,'hoa-an',1795394894000,'officer:tinh','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"portal"}');
INSERT INTO "journal" VALUES(86,'tan-hiep',1795394894000,'officer:tinh','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"portal"}');
INSERT INTO "journal" VALUES(87,'tan-hiep',1795394894000,'officer:ha','portal_marked',NULL,'',NULL,'{"down":true,"reason":"bảo trì"}');
INSERT INTO "journal" VALUES(88,'tinh',1795406400000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"cut_off"}');
INSERT INTO "journal" VALUES(89,'tinh',1795408200000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"closed","waiting":"serve_out"}');
INSERT INTO "journal" VALUES(90,'hoa-an',1795406400000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"cut_off"}');
INSERT INTO "journal" VALUES(91,'hoa-an',1795408200000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"closed","waiting":"carry_over"}');
INSERT INTO "journal" VALUES(92,'hoa-an',1795408200000,'clock','ticket_carried_over',1,'2026-11-23-afternoon',NULL,'{"session":"2026-11-23-afternoon"}');
INSERT INTO "journal" VALUES(93,'hoa-an',1795408200000,'clock','ticket_carried_over',9,'2026-11-23-afternoon',NULL,'{"session":"2026-11-23-afternoon"}');
INSERT INTO "journal" VALUES(94,'tan-hiep',1795406400000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"cut_off"}');
INSERT INTO "journal" VALUES(95,'tan-hiep',1795408200000,'clock','session_moved',NULL,'2026-11-23-morning',NULL,'{"stage":"closed","waiting":"carry_over"}');
INSERT INTO "journal" VALUES(96,'tan-hiep',1795408200000,'clock','ticket_carried_over',2,'2026-11-23-afternoon',NULL,'{"session":"2026-11-23-afternoon"}');
INSERT INTO "journal" VALUES(97,'hoa-an',1795413600000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(98,'hoa-an',1795414800000,'token:1','ticket_taken',11,'2026-11-23-afternoon',NULL,'{"number":"2002","service":"submit","field":"CT","session":"2026-11-23-afternoon","dossiers":2,"lang":"vi","source":"kiosk","policy":"default","position":11.0}');
INSERT INTO "journal" VALUES(99,'tan-hiep',1795413600000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(100,'tan-hiep',1795414800000,'token:2','ticket_taken',12,'2026-11-23-afternoon',NULL,'{"number":"2002","service":"submit","field":"CT","session":"2026-11-23-afternoon","dossiers":2,"lang":"vi","source":"kiosk","policy":"default","position":12.0}');
INSERT INTO "journal" VALUES(101,'tan-hiep',1795414800000,'token:2','ticket_taken',13,'2026-11-23-afternoon',NULL,'{"number":"2003","service":"submit","field":"CT","session":"2026-11-23-afternoon","dossiers":2,"lang":"vi","source":"kiosk","policy":"default","position":13.0}');
INSERT INTO "journal" VALUES(102,'tinh',1795413600000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(103,'tinh',1795424400000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"cut_off"}');
INSERT INTO "journal" VALUES(104,'tinh',1795428000000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"closed","waiting":"serve_out"}');
INSERT INTO "journal" VALUES(105,'tinh',1795453200000,'clock','day_ended',NULL,'',NULL,'{"day":"2026-11-23"}');
INSERT INTO "journal" VALUES(106,'tinh',1795453200000,'clock','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"period"}');
INSERT INTO "journal" VALUES(107,'tinh',1795482300000,'clock','session_planned',NULL,'2026-11-24-morning',NULL,'{"cap":10,"field_caps":{"CT":4},"service_caps":{"result":3}}');
INSERT INTO "journal" VALUES(108,'tinh',1795482300000,'clock','session_planned',NULL,'2026-11-24-afternoon',NULL,'{"cap":10,"field_caps":{"CT":4},"service_caps":{"result":3}}');
INSERT INTO "journal" VALUES(109,'tinh',1795478400000,'clock','session_moved',NULL,'2026-11-24-morning',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(110,'hoa-an',1795424400000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"cut_off"}');
INSERT INTO "journal" VALUES(111,'hoa-an',1795428000000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"closed","waiting":"carry_over"}');
INSERT INTO "journal" VALUES(112,'hoa-an',1795453200000,'clock','ticket_expired',1,'2026-11-23-afternoon',NULL,'{"gave_back":false}');
INSERT INTO "journal" VALUES(113,'hoa-an',1795453200000,'clock','ticket_expired',7,'2026-11-23-morning',NULL,'{"gave_back":false}');
INSERT INTO "journal" VALUES(114,'hoa-an',1795453200000,'clock','ticket_expired',9,'2026-11-23-afternoon',NULL,'{"gave_back":false}');
INSERT INTO "journal" VALUES(115,'hoa-an',1795453200000,'clock','ticket_expired',11,'2026-11-23-afternoon',NULL,'{"gave_back":false}');
INSERT INTO "journal" VALUES(116,'hoa-an',1795453200000,'clock','day_ended',NULL,'',NULL,'{"day":"2026-11-23"}');
INSERT INTO "journal" VALUES(117,'hoa-an',1795482300000,'clock','counter_closed',NULL,'',1,'{}');
INSERT INTO "journal" VALUES(118,'hoa-an',1795482300000,'clock','counter_closed',NULL,'',2,'{}');
INSERT INTO "journal" VALUES(119,'hoa-an',1795453200000,'clock','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"period"}');
INSERT INTO "journal" VALUES(120,'hoa-an',1795482300000,'clock','session_planned',NULL,'2026-11-24-morning',NULL,'{"cap":30,"field_caps":{},"service_caps":{}}');
INSERT INTO "journal" VALUES(121,'hoa-an',1795482300000,'clock','session_planned',NULL,'2026-11-24-afternoon',NULL,'{"cap":30,"field_caps":{},"service_caps":{}}');
INSERT INTO "journal" VALUES(122,'hoa-an',1795478400000,'clock','session_moved',NULL,'2026-11-24-morning',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(123,'tan-hiep',1795424400000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"cut_off"}');
INSERT INTO "journal" VALUES(124,'tan-hiep',1795428000000,'clock','session_moved',NULL,'2026-11-23-afternoon',NULL,'{"stage":"closed","waiting":"carry_over"}');
INSERT INTO "journal" VALUES(125,'tan-hiep',1795453200000,'clock','ticket_expired',2,'2026-11-23-afternoon',NULL,'{"gave_back":false}');
INSERT INTO "journal" VALUES(126,'tan-hiep',1795453200000,'clock','ticket_expired',8,'2026-11-23-morning',NULL,'{"gave_back":false}');
INSERT INTO "journal" VALUES(127,'tan-hiep',1795453200000,'clock','ticket_expired',12,'2026-11-23-afternoon',NULL,'{"gave_back":false}');
INSERT INTO "journal" VALUES(128,'tan-hiep',1795453200000,'clock','ticket_expired',13,'2026-11-23-afternoon',NULL,'{"gave_back":false}');
INSERT INTO "journal" VALUES(129,'tan-hiep',1795453200000,'clock','day_ended',NULL,'',NULL,'{"day":"2026-11-23"}');
INSERT INTO "journal" VALUES(130,'tan-hiep',1795482300000,'clock','counter_closed',NULL,'',1,'{}');
INSERT INTO "journal" VALUES(131,'tan-hiep',1795482300000,'clock','counter_closed',NULL,'',2,'{}');
INSERT INTO "journal" VALUES(132,'tan-hiep',1795453200000,'clock','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"period"}');
INSERT INTO "journal" VALUES(133,'tan-hiep',1795482300000,'clock','session_planned',NULL,'2026-11-24-morning',NULL,'{"cap":30,"field_caps":{},"service_caps":{}}');
INSERT INTO "journal" VALUES(134,'tan-hiep',1795482300000,'clock','session_planned',NULL,'2026-11-24-afternoon',NULL,'{"cap":30,"field_caps":{},"service_caps":{}}');
INSERT INTO "journal" VALUES(135,'tan-hiep',1795478400000,'clock','session_moved',NULL,'2026-11-24-morning',NULL,'{"stage":"open"}');
INSERT INTO "journal" VALUES(136,'tan-hiep',1795482300000,'officer:ha','checklist_signed',NULL,'2026-11-24-morning',NULL,'{"checklist":"opening","role":"reception","items":1}');
INSERT INTO "journal" VALUES(137,'tan-hiep',1795482300000,'token:2','diverted',NULL,'2026-11-24-morning',NULL,'{"service":"submit","field":"CT","procedure":"2.000815","decision":"online_only","to":"help","dossiers":1,"policy":"tinh/chat@b0aea84ace","source":"kiosk","refused":true}');
INSERT INTO "journal" VALUES(138,'tan-hiep',1795482300000,'token:2','ticket_taken',14,'2026-11-24-morning',NULL,'{"number":"1001","service":"submit","field":"HT","session":"2026-11-24-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"tinh/chat@b0aea84ace","position":14.0}');
INSERT INTO "journal" VALUES(139,'tan-hiep',1795482300000,'token:2','ticket_taken',15,'2026-11-24-morning',NULL,'{"number":"8001","service":"submit","field":"BT","session":"2026-11-24-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"tinh/chat@b0aea84ace","position":15.0}');
INSERT INTO "journal" VALUES(140,'tan-hiep',1795482300000,'token:2','ticket_taken',16,'2026-11-24-morning',NULL,'{"number":"1002","service":"submit","field":"HT","session":"2026-11-24-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"tinh/chat@b0aea84ace","position":16.0}');
INSERT INTO "journal" VALUES(141,'tan-hiep',1795482300000,'officer:lan','counter_opened',NULL,'',1,'{"fields":["HT","CT","BT"],"services":["result","help"],"takeover":false}');
INSERT INTO "journal" VALUES(142,'tan-hiep',1795482300000,'officer:lan','ticket_called',14,'2026-11-24-morning',1,'{"counter":1,"turn":"next"}');
INSERT INTO "journal" VALUES(143,'tan-hiep',1795482300000,'officer:ha','difficulty_noted',NULL,'2026-11-24-morning',NULL,'{"text":"Màn hình tối"}');
INSERT INTO "journal" VALUES(144,'hoa-an',1795482300000,'officer:ha','checklist_signed',NULL,'2026-11-24-morning',NULL,'{"checklist":"opening","role":"reception","items":1}');
INSERT INTO "journal" VALUES(145,'hoa-an',1795482300000,'token:1','diverted',NULL,'2026-11-24-morning',NULL,'{"service":"submit","field":"CT","procedure":"2.000815","decision":"online_only","to":"portal","dossiers":1,"policy":"tinh/chat@b0aea84ace","source":"kiosk","refused":true}');
INSERT INTO "journal" VALUES(146,'hoa-an',1795482300000,'token:1','ticket_taken',17,'2026-11-24-morning',NULL,'{"number":"1001","service":"submit","field":"HT","session":"2026-11-24-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"tinh/chat@b0aea84ace","position":17.0}');
INSERT INTO "journal" VALUES(147,'hoa-an',1795482300000,'token:1','ticket_taken',18,'2026-11-24-morning',NULL,'{"number":"8001","service":"submit","field":"BT","session":"2026-11-24-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"tinh/chat@b0aea84ace","position":18.0}');
INSERT INTO "journal" VALUES(148,'hoa-an',1795482300000,'token:1','ticket_taken',19,'2026-11-24-morning',NULL,'{"number":"1002","service":"submit","field":"HT","session":"2026-11-24-morning","dossiers":2,"lang":"vi","source":"kiosk","policy":"tinh/chat@b0aea84ace","position":19.0}');
INSERT INTO "journal" VALUES(149,'hoa-an',1795482300000,'officer:lan','counter_opened',NULL,'',1,'{"fields":["HT","CT","BT"],"services":["result","help"],"takeover":false}');
INSERT INTO "journal" VALUES(150,'hoa-an',1795482300000,'officer:lan','ticket_called',17,'2026-11-24-morning',1,'{"counter":1,"turn":"next"}');
INSERT INTO "journal" VALUES(151,'hoa-an',1795482300000,'officer:ha','difficulty_noted',NULL,'2026-11-24-morning',NULL,'{"text":"Màn hình tối"}');
INSERT INTO "journal" VALUES(152,'hoa-an',1795482300000,'officer:tinh','policy_overridden',NULL,'',NULL,'{"policy":"chat","reason":"địa bàn rộng","by":"Chủ tịch","other_submit_mode":"ticket"}');
INSERT INTO "journal" VALUES(153,'tinh',1795482300000,'officer:tinh','policy_released',NULL,'',NULL,'{"policy":"chat","authority":"Thủ tướng","act":"QĐ 447","act_date":"2026-11-24","effective_from":"2026-11-25","by":"Văn phòng"}');
INSERT INTO "journal" VALUES(154,'hoa-an',1795482300000,'officer:tinh','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"released"}');
INSERT INTO "journal" VALUES(155,'tan-hiep',1795482300000,'officer:tinh','plan_changed',NULL,'',NULL,'{"origin":"tinh","what":"released"}');
INSERT INTO "journal" VALUES(156,'hoa-an',1795482300000,'officer:lan','service_started',17,'2026-11-24-morning',1,'{"counter":1}');
INSERT INTO "journal" VALUES(157,'hoa-an',1795482300000,'officer:lan','ticket_finished',17,'2026-11-24-morning',1,'{"counter":1,"dossiers":1,"postal":"return","postal_dossiers":1}');
INSERT INTO "journal" VALUES(158,'tinh',1795482300000,'cli','data_restored',NULL,'',NULL,'{"skipped":100}');
INSERT INTO "journal" VALUES(159,'hoa-an',1795482300000,'cli','data_restored',NULL,'',NULL,'{"skipped":100}');
INSERT INTO "journal" VALUES(160,'tan-hiep',1795482300000,'cli','data_restored',NULL,'',NULL,'{"skipped":100}');
INSERT INTO "journal" VALUES(161,'tan-hiep',1795482300000,'token:2','ticket_taken',20,'2026-11-24-morning',NULL,'{"number":"1103","service":"submit","field":"HT","session":"2026-11-24-morning","dossiers":1,"lang":"vi","source":"kiosk","policy":"tinh/chat@874b56e3df","position":20.0}');
INSERT INTO "journal" VALUES(162,'tan-hiep',1795482300000,'officer:ha','emergency_stopped',NULL,'',NULL,'{"text":"Tạm ngưng","text_en":"Stopped","reason":"báo cháy"}');
CREATE TABLE "meta" (
   "key" TEXT PRIMARY KEY,
   "value" TEXT
) STRICT;
INSERT INTO "meta" VALUES('mode','real');
INSERT INTO "meta" VALUES('epoch','code-000021');
CREATE TABLE officers (
        login TEXT PRIMARY KEY, site TEXT NOT NULL, role TEXT NOT NULL, password TEXT NOT NULL,
        disabled INTEGER NOT NULL) STRICT;
INSERT INTO "officers" VALUES('lan','hoa-an','officer','scrypt$32768$c311a1a81a31ba673414afad5ca83988$c1c3c3cb36dc4afe8995b3efea01274ad115618cbafa039e82ce18bc597efcf6a652f6588c02d5be470785a45c40b523ac00f87c96cfb4d7e187e39522a2a0c6',0);
CREATE TABLE outages (
        site TEXT PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "outages" VALUES('tan-hiep',1795394894000,'bảo trì');
CREATE TABLE pairings (
        code TEXT PRIMARY KEY, digest TEXT NOT NULL, site TEXT NOT NULL, role TEXT NOT NULL,
        screen TEXT NOT NULL, asked_at INTEGER NOT NULL, token_id INTEGER NOT NULL) STRICT;
CREATE TABLE policy_texts (version TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "policy_texts" VALUES('tinh/chat@874b56e3df','{"policy": {"code": "chat", "title": "Kế hoạch chặt", "valid_from": "2026-11-24", "title_en": "Strict plan", "valid_to": null, "published": true, "authority": "", "authority_en": "", "number": "", "issued_at": null, "legal_base": "Kế hoạch thử", "legal_base_en": "Trial plan", "online_mode": "online_only", "online_list": "qd-2132", "other_submit_mode": "postal_suggested", "result_mode": "postal_only", "in_person": "open", "release_authority": "Thủ tướng công bố hết dịch", "release_authority_en": "the Prime Minister declares it over", "release": {"authority": "Thủ tướng", "act": "QĐ 447", "act_date": "2026-11-24", "effective_from": "2026-11-25", "entered_by": "Văn phòng", "entered_at": "2026-11-24 01:05:00+00:00"}, "session_cap_announced": false, "queue_number": true, "announce_processing_time": true, "hotline": "0251-1022", "portal_url": "https://dichvucong.tinh.gov.vn", "zalo_url": "", "zalo_channel": "", "health_notices": false, "cleaning_after_session": false, "opening_checklist": [{"name": "Rửa tay", "name_en": "Wash hands"}], "cleaning_checklist": [], "channels": [], "postal_report_for_finance": false, "online_statistics": true, "local_override": ["district", "commune"], "postal_discount": null, "required_contents": [], "exemptions": []}, "override": null, "list": {"code": "qd-2132", "title": "Danh mục thử", "title_en": "Trial list", "decision_no": "2132", "decision_date": "2019-10-02", "sample": true, "items": [{"procedure": "2.000815", "valid_from": null, "valid_to": null}, {"procedure": "1.001699", "valid_from": "2026-11-24", "valid_to": null}]}, "of": "tinh"}');
INSERT INTO "policy_texts" VALUES('tinh/chat@b0aea84ace','{"policy": {"code": "chat", "title": "Kế hoạch chặt", "valid_from": "2026-11-24", "title_en": "Strict plan", "valid_to": null, "published": true, "authority": "", "authority_en": "", "number": "", "issued_at": null, "legal_base": "Kế hoạch thử", "legal_base_en": "Trial plan", "online_mode": "online_only", "online_list": "qd-2132", "other_submit_mode": "postal_suggested", "result_mode": "postal_only", "in_person": "open", "release_authority": "Thủ tướng công bố hết dịch", "release_authority_en": "the Prime Minister declares it over", "release": null, "session_cap_announced": false, "queue_number": true, "announce_processing_time": true, "hotline": "0251-1022", "portal_url": "https://dichvucong.tinh.gov.vn", "zalo_url": "", "zalo_channel": "", "health_notices": false, "cleaning_after_session": false, "opening_checklist": [{"name": "Rửa tay", "name_en": "Wash hands"}], "cleaning_checklist": [], "channels": [], "postal_report_for_finance": false, "online_statistics": true, "local_override": ["district", "commune"], "postal_discount": null, "required_contents": [], "exemptions": []}, "override": null, "list": {"code": "qd-2132", "title": "Danh mục thử", "title_en": "Trial list", "decision_no": "2132", "decision_date": "2019-10-02", "sample": true, "items": [{"procedure": "2.000815", "valid_from": null, "valid_to": null}, {"procedure": "1.001699", "valid_from": "2026-11-24", "valid_to": null}]}, "of": "tinh"}');
CREATE TABLE queue_lengths (
        site TEXT NOT NULL, day TEXT NOT NULL, service TEXT NOT NULL, field TEXT NOT NULL, special INTEGER NOT NULL,
        waiting INTEGER NOT NULL, PRIMARY KEY (site, day, service, field, special)) STRICT, WITHOUT ROWID;
INSERT INTO "queue_lengths" VALUES('hoa-an','2026-11-24','submit','BT',0,1);
INSERT INTO "queue_lengths" VALUES('hoa-an','2026-11-24','submit','HT',0,1);
INSERT INTO "queue_lengths" VALUES('tan-hiep','2026-11-24','submit','BT',0,1);
INSERT INTO "queue_lengths" VALUES('tan-hiep','2026-11-24','submit','HT',0,2);
CREATE TABLE rated (ticket_id INTEGER PRIMARY KEY, site TEXT NOT NULL, day TEXT NOT NULL)
        STRICT, WITHOUT ROWID;
INSERT INTO "rated" VALUES(17,'hoa-an','2026-11-24');
CREATE TABLE ratings (
        site TEXT NOT NULL, day TEXT NOT NULL, session TEXT NOT NULL, counter INTEGER NOT NULL,
        queue TEXT NOT NULL, score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 4), number INTEGER NOT NULL,
        PRIMARY KEY (site, day, session, counter, queue, score)) STRICT, WITHOUT ROWID;
INSERT INTO "ratings" VALUES('hoa-an','2026-11-23','2026-11-23-morning',1,'submit/BT',4,1);
INSERT INTO "ratings" VALUES('hoa-an','2026-11-24','2026-11-24-morning',1,'submit/HT',3,1);
INSERT INTO "ratings" VALUES('tan-hiep','2026-11-23','2026-11-23-morning',1,'submit/BT',4,1);
CREATE TABLE remembered (
        actor TEXT NOT NULL, site TEXT NOT NULL, day TEXT NOT NULL, verb TEXT NOT NULL, key TEXT NOT NULL,
        ticket_id INTEGER NOT NULL, PRIMARY KEY (actor, site, day, verb, key)) STRICT, WITHOUT ROWID;
INSERT INTO "remembered" VALUES('officer:ha','hoa-an','2026-11-24','note','note-2',151);
INSERT INTO "remembered" VALUES('officer:ha','tan-hiep','2026-11-24','note','note-2',143);
INSERT INTO "remembered" VALUES('officer:lan','hoa-an','2026-11-24','1/call-next','c1',17);
INSERT INTO "remembered" VALUES('officer:lan','tan-hiep','2026-11-24','1/call-next','c1',14);
INSERT INTO "remembered" VALUES('token:1','hoa-an','2026-11-24','take','t0',17);
INSERT INTO "remembered" VALUES('token:1','hoa-an','2026-11-24','take','t1',18);
INSERT INTO "remembered" VALUES('token:1','hoa-an','2026-11-24','take','t2',19);
INSERT INTO "remembered" VALUES('token:2','tan-hiep','2026-11-24','take','late',20);
INSERT INTO "remembered" VALUES('token:2','tan-hiep','2026-11-24','take','t0',14);
INSERT INTO "remembered" VALUES('token:2','tan-hiep','2026-11-24','take','t1',15);
INSERT INTO "remembered" VALUES('token:2','tan-hiep','2026-11-24','take','t2',16);
CREATE TABLE series (
        site TEXT NOT NULL, day TEXT NOT NULL, prefix TEXT NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (site, day, prefix)) STRICT, WITHOUT ROWID;
INSERT INTO "series" VALUES('hoa-an','2026-11-23','1',102);
INSERT INTO "series" VALUES('hoa-an','2026-11-23','2',102);
INSERT INTO "series" VALUES('hoa-an','2026-11-23','7',101);
INSERT INTO "series" VALUES('hoa-an','2026-11-23','8',101);
INSERT INTO "series" VALUES('hoa-an','2026-11-24','0',100);
INSERT INTO "series" VALUES('hoa-an','2026-11-24','1',102);
INSERT INTO "series" VALUES('hoa-an','2026-11-24','2',100);
INSERT INTO "series" VALUES('hoa-an','2026-11-24','7',100);
INSERT INTO "series" VALUES('hoa-an','2026-11-24','8',101);
INSERT INTO "series" VALUES('hoa-an','2026-11-24','9',100);
INSERT INTO "series" VALUES('tan-hiep','2026-11-23','1',102);
INSERT INTO "series" VALUES('tan-hiep','2026-11-23','2',103);
INSERT INTO "series" VALUES('tan-hiep','2026-11-23','8',101);
INSERT INTO "series" VALUES('tan-hiep','2026-11-23','9',101);
INSERT INTO "series" VALUES('tan-hiep','2026-11-24','0',100);
INSERT INTO "series" VALUES('tan-hiep','2026-11-24','1',103);
INSERT INTO "series" VALUES('tan-hiep','2026-11-24','2',100);
INSERT INTO "series" VALUES('tan-hiep','2026-11-24','7',100);
INSERT INTO "series" VALUES('tan-hiep','2026-11-24','8',101);
INSERT INTO "series" VALUES('tan-hiep','2026-11-24','9',100);
INSERT INTO "series" VALUES('tinh','2026-11-24','0',100);
INSERT INTO "series" VALUES('tinh','2026-11-24','1',100);
INSERT INTO "series" VALUES('tinh','2026-11-24','2',100);
INSERT INTO "series" VALUES('tinh','2026-11-24','7',100);
INSERT INTO "series" VALUES('tinh','2026-11-24','8',100);
INSERT INTO "series" VALUES('tinh','2026-11-24','9',100);
CREATE TABLE sessions (
        id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(code), key TEXT NOT NULL, day TEXT NOT NULL,
        name TEXT NOT NULL, title TEXT NOT NULL, title_en TEXT NOT NULL,
        issuing_from INTEGER NOT NULL, issuing_until INTEGER NOT NULL,
        service_from INTEGER NOT NULL, closes_at INTEGER NOT NULL,
        cap INTEGER, field_caps TEXT NOT NULL, service_caps TEXT NOT NULL, fields TEXT, counters TEXT,
        stage TEXT NOT NULL, paused INTEGER NOT NULL, closed_by TEXT NOT NULL, unserved TEXT NOT NULL,
        UNIQUE (site, key)) STRICT;
INSERT INTO "sessions" VALUES(1,'tinh','2026-11-23-morning','2026-11-23','morning','Buổi sáng','Morning',1795392000000,1795406400000,1795393800000,1795408200000,10,'{"CT":4}','{"result":3}',NULL,NULL,'closed',0,'','serve_out');
INSERT INTO "sessions" VALUES(2,'tinh','2026-11-23-afternoon','2026-11-23','afternoon','Buổi chiều','Afternoon',1795413600000,1795424400000,1795415400000,1795428000000,10,'{"CT":4}','{"result":3}',NULL,NULL,'closed',0,'','serve_out');
INSERT INTO "sessions" VALUES(3,'hoa-an','2026-11-23-morning','2026-11-23','morning','Buổi sáng','Morning',1795392000000,1795406400000,1795393800000,1795408200000,25,'{}','{}',NULL,NULL,'closed',0,'','carry_over');
INSERT INTO "sessions" VALUES(4,'hoa-an','2026-11-23-afternoon','2026-11-23','afternoon','Buổi chiều','Afternoon',1795413600000,1795424400000,1795415400000,1795428000000,30,'{}','{}',NULL,NULL,'closed',0,'','carry_over');
INSERT INTO "sessions" VALUES(5,'tan-hiep','2026-11-23-morning','2026-11-23','morning','Buổi sáng','Morning',1795392000000,1795406400000,1795393800000,1795408200000,25,'{}','{}',NULL,NULL,'closed',0,'','carry_over');
INSERT INTO "sessions" VALUES(6,'tan-hiep','2026-11-23-afternoon','2026-11-23','afternoon','Buổi chiều','Afternoon',1795413600000,1795424400000,1795415400000,1795428000000,30,'{}','{}',NULL,NULL,'closed',0,'','carry_over');
INSERT INTO "sessions" VALUES(7,'tinh','2026-11-24-morning','2026-11-24','morning','Buổi sáng','Morning',1795478400000,1795492800000,1795480200000,1795494600000,10,'{"CT":4}','{"result":3}',NULL,NULL,'open',0,'','serve_out');
INSERT INTO "sessions" VALUES(8,'tinh','2026-11-24-afternoon','2026-11-24','afternoon','Buổi chiều','Afternoon',1795500000000,1795510800000,1795501800000,1795514400000,10,'{"CT":4}','{"result":3}',NULL,NULL,'upcoming',0,'','serve_out');
INSERT INTO "sessions" VALUES(9,'hoa-an','2026-11-24-morning','2026-11-24','morning','Buổi sáng','Morning',1795478400000,1795492800000,1795480200000,1795494600000,30,'{}','{}',NULL,NULL,'open',0,'','carry_over');
INSERT INTO "sessions" VALUES(10,'hoa-an','2026-11-24-afternoon','2026-11-24','afternoon','Buổi chiều','Afternoon',1795500000000,1795510800000,1795501800000,1795514400000,30,'{}','{}',NULL,NULL,'upcoming',0,'','carry_over');
INSERT INTO "sessions" VALUES(11,'tan-hiep','2026-11-24-morning','2026-11-24','morning','Buổi sáng','Morning',1795478400000,1795492800000,1795480200000,1795494600000,30,'{}','{}',NULL,NULL,'open',0,'','carry_over');
INSERT INTO "sessions" VALUES(12,'tan-hiep','2026-11-24-afternoon','2026-11-24','afternoon','Buổi chiều','Afternoon',1795500000000,1795510800000,1795501800000,1795514400000,30,'{}','{}',NULL,NULL,'upcoming',0,'','carry_over');
CREATE TABLE "sites" (
   "code" TEXT PRIMARY KEY,
   "parent" TEXT,
   "rank" INTEGER,
   "version" INTEGER,
   "config" TEXT
) STRICT;
INSERT INTO "sites" VALUES('tinh','',0,2,'{"code":"tinh","name":"Trung tâm thử","level":"province","name_en":"Trial centre","parent":"","timezone":"Asia/Ho_Chi_Minh","lang":"vi","address":"","hotline":"1022","portal_url":"https://dichvucong.gov.vn","zalo_url":"","address_word":"công dân","address_word_en":"","max_dossiers":5,"priority_rule":"interleaved","max_calls":3,"recall_gap_s":30,"return_after":3,"wait_goal_minutes":30,"unserved":"serve_out","public_holidays":true,"max_waiting_in_room":null,"late_from":"15:00:00","dossier_code_days":90,"neutral":{"prefix":"8","name":"Lĩnh vực xã hội","name_en":"Social matters"},"voice":{"mode":"engine","accent":"north","speed":150,"reading":"digits","english":false},"fields":[{"code":"HT","name":"Hộ tịch","prefix":"1","name_en":"Civil status","sensitive":false,"usual_minutes":8.0},{"code":"CT","name":"Chứng thực","prefix":"2","name_en":"Certification","sensitive":false,"usual_minutes":8.0},{"code":"BT","name":"Bảo trợ xã hội","prefix":"6","name_en":"Social protection","sensitive":true,"usual_minutes":8.0}],"services":[{"code":"result","name":"Nhận kết quả","prefix":"7","name_en":"Collect a result","usual_minutes":4.0},{"code":"help","name":"Hướng dẫn","prefix":"9","name_en":"Help","usual_minutes":4.0},{"code":"postal_handover","name":"Bưu tá giao hồ sơ","prefix":"0","name_en":"Postal hand-over","usual_minutes":4.0}],"procedures":[{"code":"1.001193","name":"Đăng ký khai sinh","field":"HT","name_en":"Birth registration","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null},{"code":"1.000894","name":"Đăng ký kết hôn","field":"HT","name_en":"Marriage","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":true,"online":null},{"code":"2.000815","name":"Chứng thực bản sao","field":"CT","name_en":"Certified copy","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null},{"code":"1.001699","name":"Xác định mức độ khuyết tật","field":"BT","name_en":"Degree of disability","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null}],"priorities":[{"code":"elderly","name":"Người cao tuổi","name_en":"Older person"}],"counters":[{"number":1,"name":"Quầy 1","name_en":"Counter 1","fields":["HT","CT","BT"],"services":["result","help"],"screen":""},{"number":2,"name":"Quầy 2","name_en":"Counter 2","fields":["HT","CT"],"services":[],"screen":""},{"number":3,"name":"Quầy 3","name_en":"Counter 3","fields":["BT"],"services":["postal_handover"],"screen":""}],"sessions":[{"name":"morning","title":"Buổi sáng","weekdays":["mon","tue","wed","thu","fri"],"issuing_from":"07:00:00","issuing_until":"11:00:00","service_from":"07:30:00","closes_at":"11:30:00","title_en":"Morning","cap":10,"field_caps":{"CT":4},"service_caps":{"result":3},"fields":null,"counters":null,"valid_from":null,"valid_to":null},{"name":"afternoon","title":"Buổi chiều","weekdays":["mon","tue","wed","thu","fri"],"issuing_from":"13:00:00","issuing_until":"16:00:00","service_from":"13:30:00","closes_at":"17:00:00","title_en":"Afternoon","cap":10,"field_caps":{"CT":4},"service_caps":{"result":3},"fields":null,"counters":null,"valid_from":null,"valid_to":null},{"name":"saturday","title":"Sáng thứ bảy","weekdays":["sat"],"issuing_from":"07:00:00","issuing_until":"11:00:00","service_from":"07:30:00","closes_at":"11:30:00","title_en":"Saturday morning","cap":null,"field_caps":{},"service_caps":{},"fields":["HT","CT"],"counters":[1,2],"valid_from":null,"valid_to":null}],"calendar":[],"notices":[],"procedure_lists":[{"code":"qd-2132","title":"Danh mục thử","title_en":"Trial list","decision_no":"2132","decision_date":"2019-10-02","sample":true,"items":[{"procedure":"2.000815","valid_from":null,"valid_to":null},{"procedure":"1.001699","valid_from":"2026-11-24","valid_to":null}]}],"policies":[{"code":"chat","title":"Kế hoạch chặt","valid_from":"2026-11-24","title_en":"Strict plan","valid_to":null,"published":true,"authority":"","authority_en":"","number":"","issued_at":null,"legal_base":"Kế hoạch thử","legal_base_en":"Trial plan","online_mode":"online_only","online_list":"qd-2132","other_submit_mode":"postal_suggested","result_mode":"postal_only","in_person":"open","release_authority":"Thủ tướng công bố hết dịch","release_authority_en":"the Prime Minister declares it over","release":{"authority":"Thủ tướng","act":"QĐ 447","act_date":"2026-11-24","effective_from":"2026-11-25","entered_by":"Văn phòng","entered_at":"2026-11-24T01:05:00Z"},"session_cap_announced":false,"queue_number":true,"announce_processing_time":true,"hotline":"0251-1022","portal_url":"https://dichvucong.tinh.gov.vn","zalo_url":"","zalo_channel":"","health_notices":false,"cleaning_after_session":false,"opening_checklist":[{"name":"Rửa tay","name_en":"Wash hands"}],"cleaning_checklist":[],"channels":[],"postal_report_for_finance":false,"online_statistics":true,"local_override":["district","commune"],"postal_discount":null,"required_contents":[],"exemptions":[]}],"overrides":[]}');
INSERT INTO "sites" VALUES('hoa-an','tinh',2,2,'{"code":"hoa-an","name":"Trung tâm thử","level":"commune","name_en":"Trial centre","parent":"tinh","timezone":"Asia/Ho_Chi_Minh","lang":"vi","address":"","hotline":"1022","portal_url":"https://dichvucong.gov.vn","zalo_url":"","address_word":"công dân","address_word_en":"","max_dossiers":5,"priority_rule":"interleaved","max_calls":3,"recall_gap_s":30,"return_after":3,"wait_goal_minutes":30,"unserved":"carry_over","public_holidays":true,"max_waiting_in_room":null,"late_from":"15:00:00","dossier_code_days":90,"neutral":{"prefix":"8","name":"Lĩnh vực xã hội","name_en":"Social matters"},"voice":{"mode":"engine","accent":"north","speed":150,"reading":"digits","english":false},"fields":[{"code":"HT","name":"Hộ tịch","prefix":"1","name_en":"Civil status","sensitive":false,"usual_minutes":8.0},{"code":"CT","name":"Chứng thực","prefix":"2","name_en":"Certification","sensitive":false,"usual_minutes":8.0},{"code":"BT","name":"Bảo trợ xã hội","prefix":"6","name_en":"Social protection","sensitive":true,"usual_minutes":8.0}],"services":[{"code":"result","name":"Nhận kết quả","prefix":"7","name_en":"Collect a result","usual_minutes":4.0},{"code":"help","name":"Hướng dẫn","prefix":"9","name_en":"Help","usual_minutes":4.0},{"code":"postal_handover","name":"Bưu tá giao hồ sơ","prefix":"0","name_en":"Postal hand-over","usual_minutes":4.0}],"procedures":[{"code":"1.001193","name":"Đăng ký khai sinh","field":"HT","name_en":"Birth registration","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null},{"code":"1.000894","name":"Đăng ký kết hôn","field":"HT","name_en":"Marriage","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":true,"online":null},{"code":"2.000815","name":"Chứng thực bản sao","field":"CT","name_en":"Certified copy","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null},{"code":"1.001699","name":"Xác định mức độ khuyết tật","field":"BT","name_en":"Degree of disability","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null}],"priorities":[{"code":"elderly","name":"Người cao tuổi","name_en":"Older person"}],"counters":[{"number":1,"name":"Quầy 1","name_en":"Counter 1","fields":["HT","CT","BT"],"services":["result","help"],"screen":""},{"number":2,"name":"Quầy 2","name_en":"Counter 2","fields":["HT","CT"],"services":[],"screen":""},{"number":3,"name":"Quầy 3","name_en":"Counter 3","fields":["BT"],"services":["postal_handover"],"screen":""}],"sessions":[{"name":"morning","title":"Buổi sáng","weekdays":["mon","tue","wed","thu","fri"],"issuing_from":"07:00:00","issuing_until":"11:00:00","service_from":"07:30:00","closes_at":"11:30:00","title_en":"Morning","cap":30,"field_caps":{},"service_caps":{},"fields":null,"counters":null,"valid_from":null,"valid_to":null},{"name":"afternoon","title":"Buổi chiều","weekdays":["mon","tue","wed","thu","fri"],"issuing_from":"13:00:00","issuing_until":"16:00:00","service_from":"13:30:00","closes_at":"17:00:00","title_en":"Afternoon","cap":30,"field_caps":{},"service_caps":{},"fields":null,"counters":null,"valid_from":null,"valid_to":null},{"name":"saturday","title":"Sáng thứ bảy","weekdays":["sat"],"issuing_from":"07:00:00","issuing_until":"11:00:00","service_from":"07:30:00","closes_at":"11:30:00","title_en":"Saturday morning","cap":30,"field_caps":{},"service_caps":{},"fields":["HT","CT"],"counters":[1,2],"valid_from":null,"valid_to":null}],"calendar":[],"notices":[],"procedure_lists":[],"policies":[],"overrides":[{"policy":"chat","by":"Chủ tịch","decided_on":"2026-11-24","reason":"địa bàn rộng","other_submit_mode":"ticket","result_mode":"","valid_from":null,"valid_to":null}]}');
INSERT INTO "sites" VALUES('tan-hiep','tinh',2,1,'{"code":"tan-hiep","name":"Trung tâm thử","level":"commune","name_en":"Trial centre","parent":"tinh","timezone":"Asia/Ho_Chi_Minh","lang":"vi","address":"","hotline":"1022","portal_url":"https://dichvucong.gov.vn","zalo_url":"","address_word":"công dân","address_word_en":"","max_dossiers":5,"priority_rule":"interleaved","max_calls":3,"recall_gap_s":30,"return_after":3,"wait_goal_minutes":30,"unserved":"carry_over","public_holidays":true,"max_waiting_in_room":null,"late_from":"15:00:00","dossier_code_days":90,"neutral":{"prefix":"8","name":"Lĩnh vực xã hội","name_en":"Social matters"},"voice":{"mode":"engine","accent":"north","speed":150,"reading":"digits","english":false},"fields":[{"code":"HT","name":"Hộ tịch","prefix":"1","name_en":"Civil status","sensitive":false,"usual_minutes":8.0},{"code":"CT","name":"Chứng thực","prefix":"2","name_en":"Certification","sensitive":false,"usual_minutes":8.0},{"code":"BT","name":"Bảo trợ xã hội","prefix":"6","name_en":"Social protection","sensitive":true,"usual_minutes":8.0}],"services":[{"code":"result","name":"Nhận kết quả","prefix":"7","name_en":"Collect a result","usual_minutes":4.0},{"code":"help","name":"Hướng dẫn","prefix":"9","name_en":"Help","usual_minutes":4.0},{"code":"postal_handover","name":"Bưu tá giao hồ sơ","prefix":"0","name_en":"Postal hand-over","usual_minutes":4.0}],"procedures":[{"code":"1.001193","name":"Đăng ký khai sinh","field":"HT","name_en":"Birth registration","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null},{"code":"1.000894","name":"Đăng ký kết hôn","field":"HT","name_en":"Marriage","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":true,"online":null},{"code":"2.000815","name":"Chứng thực bản sao","field":"CT","name_en":"Certified copy","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null},{"code":"1.001699","name":"Xác định mức độ khuyết tật","field":"BT","name_en":"Degree of disability","processing_time":"","processing_time_en":"","processing_time_late":"","processing_time_late_en":"","bring":"","bring_en":"","requires_presence":false,"online":null}],"priorities":[{"code":"elderly","name":"Người cao tuổi","name_en":"Older person"}],"counters":[{"number":1,"name":"Quầy 1","name_en":"Counter 1","fields":["HT","CT","BT"],"services":["result","help"],"screen":""},{"number":2,"name":"Quầy 2","name_en":"Counter 2","fields":["HT","CT"],"services":[],"screen":""},{"number":3,"name":"Quầy 3","name_en":"Counter 3","fields":["BT"],"services":["postal_handover"],"screen":""}],"sessions":[{"name":"morning","title":"Buổi sáng","weekdays":["mon","tue","wed","thu","fri"],"issuing_from":"07:00:00","issuing_until":"11:00:00","service_from":"07:30:00","closes_at":"11:30:00","title_en":"Morning","cap":30,"field_caps":{},"service_caps":{},"fields":null,"counters":null,"valid_from":null,"valid_to":null},{"name":"afternoon","title":"Buổi chiều","weekdays":["mon","tue","wed","thu","fri"],"issuing_from":"13:00:00","issuing_until":"16:00:00","service_from":"13:30:00","closes_at":"17:00:00","title_en":"Afternoon","cap":30,"field_caps":{},"service_caps":{},"fields":null,"counters":null,"valid_from":null,"valid_to":null},{"name":"saturday","title":"Sáng thứ bảy","weekdays":["sat"],"issuing_from":"07:00:00","issuing_until":"11:00:00","service_from":"07:30:00","closes_at":"11:30:00","title_en":"Saturday morning","cap":30,"field_caps":{},"service_caps":{},"fields":["HT","CT"],"counters":[1,2],"valid_from":null,"valid_to":null}],"calendar":[],"notices":[],"procedure_lists":[],"policies":[],"overrides":[]}');
CREATE TABLE ticket_codes (
        code TEXT PRIMARY KEY, ticket_id INTEGER NOT NULL UNIQUE, site TEXT NOT NULL, day TEXT NOT NULL)
        STRICT, WITHOUT ROWID;
INSERT INTO "ticket_codes" VALUES('code-000015',14,'tan-hiep','2026-11-24');
INSERT INTO "ticket_codes" VALUES('code-000016',15,'tan-hiep','2026-11-24');
INSERT INTO "ticket_codes" VALUES('code-000017',16,'tan-hiep','2026-11-24');
INSERT INTO "ticket_codes" VALUES('code-000018',17,'hoa-an','2026-11-24');
INSERT INTO "ticket_codes" VALUES('code-000019',18,'hoa-an','2026-11-24');
INSERT INTO "ticket_codes" VALUES('code-000020',19,'hoa-an','2026-11-24');
INSERT INTO "ticket_codes" VALUES('code-000022',20,'tan-hiep','2026-11-24');
CREATE TABLE tickets (
        id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(code), day TEXT NOT NULL,
        number TEXT NOT NULL, service TEXT NOT NULL, field TEXT, procedure TEXT,
        session TEXT NOT NULL, counted_session TEXT NOT NULL, counted_field TEXT,
        dossiers INTEGER NOT NULL, counted INTEGER NOT NULL, priority TEXT, lang TEXT NOT NULL,
        source TEXT NOT NULL, policy TEXT NOT NULL, issued_at INTEGER NOT NULL, position REAL NOT NULL,
        state TEXT NOT NULL, counter INTEGER, target INTEGER, calls INTEGER NOT NULL, returns INTEGER NOT NULL,
        called_at INTEGER, last_call_at INTEGER, started_at INTEGER, ended_at INTEGER,
        applicant TEXT, reason TEXT NOT NULL,
        UNIQUE (site, day, number)) STRICT;
INSERT INTO "tickets" VALUES(1,'hoa-an','2026-11-23','1001','submit','HT',NULL,'2026-11-23-afternoon','2026-11-23-morning','HT',1,1,NULL,'vi','kiosk','default',1795392600000,1.0,'expired',NULL,1,0,0,1795394100000,1795394100000,NULL,1795453200000,NULL,'');
INSERT INTO "tickets" VALUES(2,'tan-hiep','2026-11-23','1001','submit','HT',NULL,'2026-11-23-afternoon','2026-11-23-morning','HT',1,1,NULL,'vi','kiosk','default',1795392620000,2.0,'expired',NULL,1,0,0,1795394497000,1795394497000,NULL,1795453200000,NULL,'');
INSERT INTO "tickets" VALUES(3,'hoa-an','2026-11-23','2001','submit','CT',NULL,'2026-11-23-morning','2026-11-23-morning','CT',2,0,NULL,'vi','kiosk','default',1795392660000,10.5,'cancelled',NULL,NULL,0,1,1795394435000,1795394497000,NULL,1795394497000,NULL,'');
INSERT INTO "tickets" VALUES(4,'tan-hiep','2026-11-23','2001','submit','CT',NULL,'2026-11-23-morning','2026-11-23-morning','CT',2,0,NULL,'vi','kiosk','default',1795392680000,10.5,'cancelled',NULL,NULL,0,1,1795394832000,1795394894000,NULL,1795394894000,NULL,'');
INSERT INTO "tickets" VALUES(5,'hoa-an','2026-11-23','8001','submit','BT',NULL,'2026-11-23-morning','2026-11-23-morning','BT',1,1,'elderly','vi','kiosk','default',1795392720000,5.0,'done',1,NULL,2,0,1795394100000,1795394135000,1795394375000,1795394375000,NULL,'');
INSERT INTO "tickets" VALUES(6,'tan-hiep','2026-11-23','8001','submit','BT',NULL,'2026-11-23-morning','2026-11-23-morning','BT',1,1,'elderly','vi','kiosk','default',1795392740000,6.0,'done',1,NULL,2,0,1795394497000,1795394532000,1795394772000,1795394772000,NULL,'');
INSERT INTO "tickets" VALUES(7,'hoa-an','2026-11-23','1002','submit','HT',NULL,'2026-11-23-morning','2026-11-23-morning','HT',2,1,NULL,'vi','kiosk','default',1795392780000,7.0,'expired',NULL,NULL,1,0,1795394497000,1795394497000,NULL,1795453200000,NULL,'thiếu giấy');
INSERT INTO "tickets" VALUES(8,'tan-hiep','2026-11-23','1002','submit','HT',NULL,'2026-11-23-morning','2026-11-23-morning','HT',2,1,NULL,'vi','kiosk','default',1795392800000,8.0,'expired',NULL,NULL,1,0,1795394894000,1795394894000,NULL,1795453200000,NULL,'thiếu giấy');
INSERT INTO "tickets" VALUES(9,'hoa-an','2026-11-23','7001','result',NULL,NULL,'2026-11-23-afternoon','2026-11-23-morning',NULL,1,1,NULL,'vi','kiosk','default',1795392840000,9.0,'expired',NULL,NULL,0,0,NULL,NULL,NULL,1795453200000,NULL,'');
INSERT INTO "tickets" VALUES(10,'tan-hiep','2026-11-23','9001','help',NULL,NULL,'2026-11-23-morning','2026-11-23-morning',NULL,1,0,NULL,'vi','kiosk','default',1795392840000,10.0,'cancelled',NULL,NULL,0,0,NULL,NULL,NULL,1795392840000,NULL,'');
INSERT INTO "tickets" VALUES(11,'hoa-an','2026-11-23','2002','submit','CT',NULL,'2026-11-23-afternoon','2026-11-23-afternoon','CT',2,1,NULL,'vi','kiosk','default',1795414800000,11.0,'expired',NULL,NULL,0,0,NULL,NULL,NULL,1795453200000,NULL,'');
INSERT INTO "tickets" VALUES(12,'tan-hiep','2026-11-23','2002','submit','CT',NULL,'2026-11-23-afternoon','2026-11-23-afternoon','CT',2,1,NULL,'vi','kiosk','default',1795414800000,12.0,'expired',NULL,NULL,0,0,NULL,NULL,NULL,1795453200000,NULL,'');
INSERT INTO "tickets" VALUES(13,'tan-hiep','2026-11-23','2003','submit','CT',NULL,'2026-11-23-afternoon','2026-11-23-afternoon','CT',2,1,NULL,'vi','kiosk','default',1795414800000,13.0,'expired',NULL,NULL,0,0,NULL,NULL,NULL,1795453200000,NULL,'');
INSERT INTO "tickets" VALUES(14,'tan-hiep','2026-11-24','1001','submit','HT',NULL,'2026-11-24-morning','2026-11-24-morning','HT',2,1,NULL,'vi','kiosk','tinh/chat@b0aea84ace',1795482300000,14.0,'called',1,NULL,1,0,1795482300000,1795482300000,NULL,NULL,NULL,'');
INSERT INTO "tickets" VALUES(15,'tan-hiep','2026-11-24','8001','submit','BT',NULL,'2026-11-24-morning','2026-11-24-morning','BT',2,1,NULL,'vi','kiosk','tinh/chat@b0aea84ace',1795482300000,15.0,'waiting',NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "tickets" VALUES(16,'tan-hiep','2026-11-24','1002','submit','HT',NULL,'2026-11-24-morning','2026-11-24-morning','HT',2,1,NULL,'vi','kiosk','tinh/chat@b0aea84ace',1795482300000,16.0,'waiting',NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "tickets" VALUES(17,'hoa-an','2026-11-24','1001','submit','HT',NULL,'2026-11-24-morning','2026-11-24-morning','HT',1,1,NULL,'vi','kiosk','tinh/chat@b0aea84ace',1795482300000,17.0,'done',1,NULL,1,0,1795482300000,1795482300000,1795482300000,1795482300000,NULL,'');
INSERT INTO "tickets" VALUES(18,'hoa-an','2026-11-24','8001','submit','BT',NULL,'2026-11-24-morning','2026-11-24-morning','BT',2,1,NULL,'vi','kiosk','tinh/chat@b0aea84ace',1795482300000,18.0,'waiting',NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "tickets" VALUES(19,'hoa-an','2026-11-24','1002','submit','HT',NULL,'2026-11-24-morning','2026-11-24-morning','HT',2,1,NULL,'vi','kiosk','tinh/chat@b0aea84ace',1795482300000,19.0,'waiting',NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "tickets" VALUES(20,'tan-hiep','2026-11-24','1103','submit','HT',NULL,'2026-11-24-morning','2026-11-24-morning','HT',1,1,NULL,'vi','kiosk','tinh/chat@874b56e3df',1795482300000,20.0,'waiting',NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,'');
CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL,
        digest TEXT NOT NULL UNIQUE, officer TEXT NOT NULL, issued_at INTEGER NOT NULL,
        revoked_at INTEGER, last_seen INTEGER) STRICT;
INSERT INTO "tokens" VALUES(1,'hoa-an','kiosk','Kiosk sảnh','3806259dc5f0c936f10aca619019c01dd10d639d4e9f2dea9e9f37379bed0af3','',1795390200000,NULL,NULL);
INSERT INTO "tokens" VALUES(2,'tan-hiep','kiosk','Kiosk sảnh','259b2406dfbc939ff024bad6240cdf6b7a5a5336d47252ebe8254b0bf5450f09','',1795390200000,NULL,NULL);
CREATE TABLE usage (
        session_id INTEGER NOT NULL REFERENCES sessions(id), kind TEXT NOT NULL, code TEXT NOT NULL,
        dossiers INTEGER NOT NULL, PRIMARY KEY (session_id, kind, code)) STRICT, WITHOUT ROWID;
INSERT INTO "usage" VALUES(3,'field','BT',1);
INSERT INTO "usage" VALUES(3,'field','CT',0);
INSERT INTO "usage" VALUES(3,'field','HT',3);
INSERT INTO "usage" VALUES(3,'service','result',1);
INSERT INTO "usage" VALUES(3,'session','',4);
INSERT INTO "usage" VALUES(4,'carried_field','HT',0);
INSERT INTO "usage" VALUES(4,'carried_service','result',0);
INSERT INTO "usage" VALUES(4,'carried_session','',0);
INSERT INTO "usage" VALUES(4,'field','CT',2);
INSERT INTO "usage" VALUES(4,'session','',2);
INSERT INTO "usage" VALUES(5,'field','BT',1);
INSERT INTO "usage" VALUES(5,'field','CT',0);
INSERT INTO "usage" VALUES(5,'field','HT',3);
INSERT INTO "usage" VALUES(5,'service','help',0);
INSERT INTO "usage" VALUES(5,'session','',4);
INSERT INTO "usage" VALUES(6,'carried_field','HT',0);
INSERT INTO "usage" VALUES(6,'carried_session','',0);
INSERT INTO "usage" VALUES(6,'field','CT',4);
INSERT INTO "usage" VALUES(6,'session','',4);
INSERT INTO "usage" VALUES(9,'field','BT',2);
INSERT INTO "usage" VALUES(9,'field','HT',3);
INSERT INTO "usage" VALUES(9,'session','',5);
INSERT INTO "usage" VALUES(11,'field','BT',2);
INSERT INTO "usage" VALUES(11,'field','HT',5);
INSERT INTO "usage" VALUES(11,'session','',7);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX sessions_by_day ON sessions (site, day, issuing_from);
CREATE INDEX tickets_waiting ON tickets (site, day, service, field, priority, position)
        WHERE state = 'waiting';
CREATE INDEX tickets_open ON tickets (site, day) WHERE state IN ('waiting','called','serving','held');
CREATE UNIQUE INDEX one_ticket_a_counter ON tickets (site, day, counter)
        WHERE state IN ('called', 'serving');
CREATE INDEX tickets_by_session ON tickets (site, session, state);
CREATE INDEX ticket_codes_by_day ON ticket_codes (site, day);
CREATE INDEX calls_by_day ON calls (site, day, id);
CREATE INDEX journal_by_site ON journal (site, seq);
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
        WHEN NEW.seq IS NOT NULL AND EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE INDEX journal_by_kind ON journal (site, kind, at);
CREATE INDEX dossier_codes_by_ticket ON dossier_codes (ticket_id);
CREATE INDEX tickets_sent ON tickets (site, day, target, position)
        WHERE state = 'waiting' AND target IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('journal',162);
INSERT INTO "sqlite_sequence" VALUES('tokens',2);
INSERT INTO "sqlite_sequence" VALUES('calls',16);
COMMIT;
