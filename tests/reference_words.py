"""What each key of a configuration file means: `table.key`, or `key` alone where it means the same everywhere."""

from __future__ import annotations

_TEXT = """
name: its name, in Vietnamese
valid_from: the first day
valid_to: the last day; without it there is no end
hotline: the telephone number that citizens are given
portal_url: the public service portal to which citizens are sent
zalo_url: the office's page on Zalo
map_url: an address that shows the place on a map
sites.code: its place in every address and its name for commands; it can't be changed later
sites.level: where the unit stands in the administration
sites.superior: the body above, as it heads the office's papers; without it the name of the unit above
sites.parent: the code of the unit above, whose plan holds here too
sites.timezone: the time zone of its timetable
sites.lang: the language in which its screens start
sites.address: where it is
sites.address_word: how citizens are addressed
sites.max_dossiers: how many dossiers one number may stand for
sites.priority_rule: whether priorities are always called first (strict), or at most two in a row while others wait
sites.max_calls: how often a number is called before it may be marked absent
sites.recall_gap_s: seconds between two calls of one number
sites.return_after: who comes back after an absence is called after this many others
sites.wait_goal_minutes: a longer wait is an alarm to the supervisor
sites.refuse_bursts: whether a kiosk waits (429) after 30 numbers in a minute or 5 given up in ten; officers never do
sites.unserved: what becomes of those who wait when a session closes: they are served, carried over, or end
sites.public_holidays: whether there are no sessions on Vietnam's public holidays
sites.max_waiting_in_room: people beyond whom screens ask to wait outside; without it there is no limit
sites.late_from: dossiers that come from this time on are processed the next working day
sites.codes_kept_hours: hour of the next day until which a ticket's page, its proof and repeated keys are kept
sites.dossier_code_days: days after a visit when the dossier codes of it are erased
sites.print_retry_s: for so many seconds a slip is tried again while its printer can't print; then it is given up
sites.neutral: the series and the name that all sensitive fields share in public
sites.voice: how calls are spoken
sites.slip: what the slip looks like, on every printer and as a file
sites.fields: the fields in which dossiers are handed in
sites.services: what else people come for; only those listed here are offered
sites.procedures: the procedures that citizens search for
sites.priorities: the classes of priority; officers alone see them
sites.counters: the counters
sites.printers: the printers of slips; without any, kiosks print by their browsers
sites.sessions: the weekly timetable
sites.calendar: days that differ from it
sites.notices: texts for citizens
sites.procedure_lists: lists of procedures that are accepted online; at the head of a province
sites.policies: plans of the province; at its head
sites.overrides: what a unit does otherwise
sites.like: the code of a site of the same file whose lists are taken over
neutral.prefix: the first sign of its numbers
voice.mode: recorded clips where they are all there and else the engine; clips alone; or only a chime and the text
voice.accent: the engine's accent
voice.speed: words a minute
voice.reading: numbers sign by sign, or as a number
voice.english: whether each call is said in English too
slip.blocks: what stands on it besides number, service, time of issue and that it is no receipt
slip.header: the centre's own words under its name
slip.footer: the centre's own words at the end
slip.logo: a PNG in base64, at most 376 × 240 dots and 8 KiB, black and white; `base64 -w0 logo.png` gives it
slip.width: millimetres of the paper of a kiosk that prints by its browser, and of slips asked for without a width
fields.code: its name in addresses and reports
fields.prefix: the first sign of its numbers
fields.sensitive: whether its name is kept from everything public
fields.usual_minutes: how long a visit takes, until enough are measured
also: what people call it besides; a search finds it by these
printers.address: tcp://HOST:PORT, usb://VENDOR:PRODUCT, serial:///dev/…?baud=, cups://QUEUE, agent: or browser:
printers.width: millimetres of its paper
printers.kiosks: names of the kiosks and kiosk tokens whose slips it prints; without it those of all
printers.cut: whether it cuts each paper off
printers.density: how dark it prints, 0 as usual; without it as it is set itself
printers.buzzer: whether it beeps with each paper
services.code: which of the services it is
services.prefix: the first sign of its numbers
services.usual_minutes: how long a visit takes, until enough are measured
procedures.code: the national code
procedures.field: the field that it belongs to
procedures.processing_time: how long it takes by law
procedures.processing_time_late: the same for dossiers that come after late_from, where it differs
procedures.bring: what citizens bring along
procedures.requires_presence: whether the citizen must come in person, so that no plan sends him elsewhere
procedures.online: how far it can be done online
online.scheme: which kind of statement it is, for example level or extent
online.value: what it states, for example 4 or full
priorities.code: its name in the journal and in reports
priorities.wait_goal_minutes: within how many minutes its people are to be called; without it as all others
counters.number: what stands on its door
counters.fields: the fields that it calls
counters.services: the services that it calls
counters.screen: the wall that it is shown on, for ?screen=
sessions.name: its name in addresses, for example morning
sessions.title: its name on screens
sessions.weekdays: when it is held
sessions.issuing_from: from when numbers are given
sessions.issuing_until: until when numbers are given
sessions.service_from: from when numbers are called
sessions.closes_at: when it closes
sessions.cap: how many dossiers it takes; without it any number
sessions.field_caps: caps of single fields
sessions.service_caps: caps of the other services
sessions.fields: the fields that it takes; without it all
sessions.counters: the counters that work then; without it all
calendar.day: the day
calendar.kind: no session (holiday), or sessions in spite of the calendar (working)
calendar.like: the weekday whose sessions are held
notices.text: the text
notices.places: where it is shown
notices.policy: the plan that it belongs to, with whose days it goes
notices.about: the content that the plan asks for
notices.for_units: whether the units show it too
procedure_lists.code: its name for a plan's online_list
procedure_lists.title: its title
procedure_lists.decision_no: the decision that published it
procedure_lists.decision_date: that decision's day
procedure_lists.sample: whether it is a sample and not the whole list; pages say so
procedure_lists.items: its procedures
items.procedure: the procedure's code
policies.code: its name in the journal and on tickets
policies.title: its title
policies.published: whether it holds; else it is a draft
policies.authority: who issued it
policies.number: its number
policies.issued_at: the day it was issued; of two plans on one day the later one holds
policies.legal_base: what it rests on, shown with every refusal
policies.online_mode: what becomes of listed procedures
policies.online_list: the list
policies.other_submit_mode: what becomes of all others
policies.result_mode: how results are given back
policies.in_person: whether visits in person are suspended altogether
policies.release_authority: who ends the deferral of results
policies.release: the act that ended it, entered by hand
policies.session_cap_announced: whether the plan asks for a cap to be announced
policies.queue_number: whether the plan asks for numbers
policies.announce_processing_time: whether the plan asks for processing times to be announced
policies.zalo_channel: the channel's name on Zalo
policies.health_notices: whether notices about health measures are shown
policies.cleaning_after_session: whether rooms are cleaned after each session
policies.opening_checklist: what is looked at before opening
policies.cleaning_checklist: what is cleaned
policies.channels: where announcements go
policies.postal_report_for_finance: whether the finance department gets a list
policies.online_statistics: whether those sent to the portal are counted
policies.local_override: who may set the two postal modes for itself
policies.postal_discount: a reduction of postage
policies.required_contents: what its notices must say before it can be published
policies.exemptions: procedures that stay at the counter
release.authority: who
release.act: by which act
release.act_date: the act's day
release.effective_from: from which day results are given back
release.entered_by: who entered it
release.entered_at: when
channels.code: which
channels.owner: who publishes there
postal_discount.percent: by how much
postal_discount.note: its conditions
exemptions.procedure: the procedure's code
exemptions.reason: why
overrides.policy: the plan
overrides.by: who decided
overrides.decided_on: when
overrides.reason: why
overrides.other_submit_mode: instead of the plan's
overrides.result_mode: instead of the plan's
"""
MEANS = dict(line.split(": ", 1) for line in _TEXT.strip().splitlines())
