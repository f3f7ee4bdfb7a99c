cli-no-database = The database cannot be reached. Check DATABASE_URL.
cli-offer-demo = The database has no campaign yet. Fill it with a simulated one to look around?
cli-citizen-form = Citizens' page:  { $url }
cli-staff-desk = Staff desk:      { $url }
cli-results = Results:         { $url }
cli-first-administrator = First administrator: { $user }, one-time password: { $password }
cli-demo-hint = No campaign yet. To look around with simulated data: make run DEMO=1
