# Makes a tenant, its report, and what the module itself says of that tenant, for the browser's tests to compare.
param([Parameter(Mandatory)] [string] $Module, [Parameter(Mandatory)] [string] $Folder, [string] $Generate)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$tenant = Join-Path $Folder 'page.mgtenant'
if ($Generate) {
    $null = New-MgLocalTenant -Path $tenant -Generate $Generate
} else {
    $evil = '<img src=x onerror="window.hurt = 1"></script><script>window.hurt = 2</script>'
    $seed = @{
        version        = 1
        clock          = '2026-11-25T09:00:00Z'
        organization   = @{ displayName = "Contoso $evil"; countryLetterCode = 'GB' }
        domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
        subscribedSkus = @(
            @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 40 } }
            @{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 150; warning = 20; suspended = 5 } }
            @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 1 } }
            @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 10000 } }
        )
        users          = @(
            @{ userPrincipalName = 'zoe@contoso.com'; displayName = $evil; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E5'; disabledPlans = @('SWAY') }) }
            foreach ($number in 1..160) {
                @{
                    userPrincipalName = "user$number@contoso.com"; displayName = "User $number"; usageLocation = ($number % 3 ? 'GB' : $null)
                    accountEnabled = [bool] ($number % 20); assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' })
                }
            }
            @{ userPrincipalName = 'nobody@contoso.com'; displayName = 'Nobody'; usageLocation = 'DE' }
        )
        groups         = @(@{ displayName = "Artists $evil"; securityEnabled = $true; mailEnabled = $false; members = @('user1@contoso.com', 'user2@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' }) })
    }
    $path = Join-Path $Folder 'seed.json'
    $seed | ConvertTo-Json -Depth 20 | Set-Content -Path $path
    $null = New-MgLocalTenant -Path $tenant -Seed $path
}
Connect-MgGraph -LocalTenant $tenant -NoWelcome
$null = Get-MgUser -Top 1
$null = Export-MgLicenseReport -Path (Join-Path $Folder 'people.html') -IncludePersonalData
$null = Export-MgLicenseReport -Path (Join-Path $Folder 'plain.html')
if (-not $Generate) {
    @{
        seats       = @(Get-MgLicenseSummary)
        assignments = @(Get-MgLicenseAssignment -IncludeUnlicensed | Select-Object UserPrincipalName, ProductName, Source, State)
        findings    = @(Get-MgLicenseFinding | Where-Object Kind -NotIn 'NeverSignedIn', 'Inactive' | Select-Object Kind, Severity, Count)
    } | ConvertTo-Json -Depth 5 | Set-Content -Path (Join-Path $Folder 'expected.json')
    # A tenant of two pages, whose list of users breaks off after the first.
    $half = Join-Path $Folder 'half.mgtenant'
    $null = New-MgLocalTenant -Path $half -Generate 'users=1100,seed=1,groups=5,members=20,licensed=60%'
    $null = Set-MgLocalTenant -Path $half -Setting @{ faults = @(@{ on = @{ path = '/users'; query = '$skiptoken' }; status = 400 }) }
    Connect-MgGraph -LocalTenant $half -NoWelcome
    $null = Export-MgLicenseReport -Path (Join-Path $Folder 'partial.html') -IncludePersonalData -WarningAction Ignore
}
