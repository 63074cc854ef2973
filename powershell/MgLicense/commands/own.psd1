# Commands that are written in C# (powershell/interop/Commands). They are exported because they stand here.
# Owner is the SDK module that has a command of the name; Alias is exported too. Their help is in help/, one file a command.
@{
    'Connect-MgGraph'          = @{ Owner = 'Microsoft.Graph.Authentication'; Alias = 'Connect-Graph' }
    'Disconnect-MgGraph'       = @{ Owner = 'Microsoft.Graph.Authentication'; Alias = 'Disconnect-Graph' }
    'Get-MgContext'            = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Add-MgEnvironment'        = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Remove-MgEnvironment'     = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Set-MgEnvironment'        = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Get-MgEnvironment'        = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Get-MgRequestContext'     = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Set-MgRequestContext'     = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Invoke-MgGraphRequest'    = @{ Owner = 'Microsoft.Graph.Authentication'; Alias = 'Invoke-GraphRequest' }
    'Get-MgProfile'            = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Select-MgProfile'         = @{ Owner = 'Microsoft.Graph.Authentication' }
    'Disable-MgLicenseCompatibility' = @{}
    'Enable-MgLicenseCompatibility' = @{}
    'Get-MgLicenseRun'         = @{}
    'Get-MgLicenseError'       = @{}
    'Export-MgLicenseReport'   = @{}
    'Get-MgLicenseAssignment'  = @{}
    'Get-MgLicenseFinding'     = @{}
    'Get-MgLicenseProduct'     = @{}
    'Get-MgLicenseSummary'     = @{}
    'Import-MgLicenseProduct'  = @{}
    'Get-MgLocalTenant'        = @{}
    'Get-MgLocalTenantRequest' = @{}
    'Get-MgLocalTenantServer'  = @{}
    'New-MgLocalTenant'        = @{}
    'Remove-MgLocalTenant'     = @{}
    'Remove-MgUserLicense'     = @{}
    'Resume-MgLicenseRun'      = @{}
    'Repair-MgLicenseError'    = @{}
    'Set-MgLocalTenant'        = @{}
    'Set-MgUserServicePlan'    = @{}
    'Set-MgUserUsageLocation'  = @{}
    'Start-MgLocalTenantServer' = @{}
    'Step-MgLocalTenant'       = @{}
    'Stop-MgLocalTenantServer' = @{}
    'Switch-MgUserLicense'     = @{}
    'Switch-MgGroupLicense'    = @{}
    'Test-MgGroupLicense'      = @{}
    'Test-MgUserLicense'       = @{}
    'Undo-MgLicenseRun'        = @{}
    'Use-MgLocalTenant'        = @{}
    'Wait-MgUserLicense'       = @{}
}
