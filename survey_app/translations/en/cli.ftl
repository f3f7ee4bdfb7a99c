cli-no-database = The database cannot be reached. Check DATABASE_URL.
cli-offer-demo = The database has no campaign yet. Fill it with a simulated one to look around?
cli-citizen-form = Citizens' page:  { $url }
cli-staff-desk = Staff desk:      { $url }
cli-results = Results:         { $url }
cli-first-administrator = First administrator: { $user }, one-time password: { $password }
cli-demo-hint = No campaign yet. To look around with simulated data: make run DEMO=1
cli-users = Staff accounts
cli-campaigns = Campaigns
cli-place-form = Give the pack and the code, as in laocai-2021:082
cli-one-time-password = { $user }: one-time password { $password } (shown once; the owner must change it at the first sign-in)
cli-sample-plan = Plan of { $areas } areas
cli-sample-drawn = { $areas } areas and { $persons } households are drawn. Digest of the result: { $digest }
cli-port-taken = { $host }:{ $port } cannot be listened on: another program uses it. Choose another PORT.
cli-progress = Outcome rates, { $left } days left
