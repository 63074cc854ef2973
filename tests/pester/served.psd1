# Which Pester files run over HTTPS as well: against a server of each tenant, signed in with a client secret. All of them
# do with `build.ps1 Test -Suite Served -Path '*'`, except those below. Served.Tests.ps1 keeps this list honest.
@{
    # Those that run so each time, about a minute in all: single calls, pages, errors, bodies, batches, runs, groups.
    Always        = @(
        'Bodies', 'Calls', 'Errors', 'Output', 'Paging', 'RawRequest', 'Runtime', 'BulkLicensing', 'Runs', 'GroupCommands', 'GroupLicensing'
        'FieldReports.Bulk', 'FieldReports.Changes', 'FieldReports.Location', 'FieldReports.Plans', 'FieldReports.Reading', 'FieldReports.Seats'
    )

    # Those for which there is no other way, and why.
    InProcessOnly = @{
        'About'                 = 'The topics say how they connect.'
        'Connect'               = 'It is about Connect-MgGraph -LocalTenant itself, and how a script is led to a tenant in its process.'
        'Docs'                  = 'The pages say how they connect.'
        'FieldReports.Coverage' = 'It reads the other files.'
        'FieldReports.SignIn'   = 'It serves its tenants itself.'
        'Forwarding'            = 'Nobody is signed in while it runs.'
        'Generator'             = 'It makes commands, and calls none.'
        'Help'                  = 'The examples of help say how they connect.'
        'LocalTenantServer'     = 'It serves its tenants itself.'
        'Mocking'               = 'What it calls are mocks, and no tenant is needed.'
        'Models'                = 'It is about .NET types, and no tenant is needed.'
        'NativeLibrary'         = 'The library is missing or broken.'
        'Parameters'            = 'It is about what binds, and no tenant is needed.'
        'Project'               = 'It is about the project as a thing, and connects in a copy of the module.'
        'Served'                = 'It reads the other files.'
        'SignIn'                = 'It serves its tenants itself.'
        'TestingGuide'          = 'The page says how it connects.'
        'Transport'             = 'It serves its answers itself.'
    }
}
