# The tenant that the field reports start from: location GB, ten seats of each product and none used, five users, five
# groups, nothing licensed.

Set-StrictMode -Version 3.0
Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')

$skus = @{
    STANDARDPACK            = '18181a46-0d4e-45cd-891e-60aabd171b4e'
    ENTERPRISEPACK          = '6fd2c87f-b296-42f0-b197-1e91e994b900'
    ENTERPRISEPREMIUM       = 'c7df2760-2c81-4ef7-b578-5b5392b571df'
    SPE_E3                  = '05e9a617-0261-4cee-bb44-138d3ef5d965'
    SPE_E5                  = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    EXCHANGESTANDARD        = '4b9405b0-7788-4568-add1-99614e613b69'
    EXCHANGEENTERPRISE      = '19ec0d23-8335-4cbd-94ac-6050e30712fa'
    FLOW_FREE               = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    VISIOCLIENT             = 'c5928f49-12ba-48f7-ada3-0d743a3601d5'
    MCOEV                   = 'e43b5b99-8dfb-405f-9987-dc307f34bcbd'
    AAD_PREMIUM_P2          = '84a661c4-e949-4bd2-a560-ed7766fcaf2b'
    O365_BUSINESS_ESSENTIALS = '3b555118-da6a-4418-894f-7df1e2096870'
    O365_BUSINESS_PREMIUM   = 'f245ecc8-75af-4f8e-b61f-27d8114de5f3'
}

$plans = @{
    SWAY                  = 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
    YAMMER_ENTERPRISE     = '7547a3fe-08ee-4ccb-b430-5077c5041653'
    VIVA_LEARNING_SEEDED  = 'b76fb638-6ba6-402a-b9f9-83d28acb3d86'
    SHAREPOINTENTERPRISE  = '5dbe027f-2339-4123-9542-606e4d348a72'
    SHAREPOINTWAC         = 'e95bec33-7c88-4a70-8e19-b10bd9d0c014'
    EXCHANGE_S_ENTERPRISE = 'efb87545-963c-4e0d-99df-69c6916d9eb0'
    ONEDRIVE_BASIC        = 'da792a53-cbc0-4184-a10d-e544dd34b3c1'
    KAIZALA_O365_P3       = 'aebd3021-9f8f-4bf8-bbe3-0ed2f4f047a1'
    FLOW_P2_VIRAL         = '50e68c76-46c6-4674-81f9-75456511b170'
}

$users = @{
    u1 = 'u1@contoso.com'
    u2 = 'u2@contoso.com'
    u3 = 'u3@contoso.com'
    u4 = 'u4_fabrikam.com#EXT#@contoso.onmicrosoft.com'
    u5 = 'u5@contoso.com'
}

function Get-ReportSku { $skus }
function Get-ReportPlan { $plans }
function Get-ReportUser { $users }

# The seed. -Held says what users hold at the start: part numbers, or hashtables with skuPartNumber and disabledPlans.
function New-ReportSeed {
    param([hashtable] $Held = @{}, [hashtable] $Enabled = @{})
    $products = foreach ($part in @($skus.Keys) + 'AAD_PREMIUM' | Sort-Object) {
        $units = if ($Enabled.ContainsKey($part)) { $Enabled[$part] } else { 10 }
        @{ skuPartNumber = $part; prepaidUnits = @{ enabled = $units; warning = 0; suspended = 0; lockedOut = 0 } }
    }
    $accounts = @(
        @{ userPrincipalName = $users.u1; displayName = 'User One'; usageLocation = 'GB'; userType = 'Member' }
        @{ userPrincipalName = $users.u2; displayName = 'User Two'; userType = 'Member' }
        @{ userPrincipalName = $users.u3; displayName = 'User Three'; userType = 'Member'; onPremisesSyncEnabled = $true }
        @{ userPrincipalName = $users.u4; displayName = 'User Four'; userType = 'Guest' }
        @{ userPrincipalName = $users.u5; displayName = 'User Five'; usageLocation = 'GB'; userType = 'Member'; accountEnabled = $false }
    )
    foreach ($name in $Held.Keys) {
        $account = $accounts | Where-Object userPrincipalName -EQ $users[$name]
        $account.assignedLicenses = @(foreach ($license in @($Held[$name])) {
                if ($license -is [string]) { @{ skuPartNumber = $license } } else { $license }
            })
    }
    @{
        organization   = @{ displayName = 'Contoso'; countryLetterCode = 'GB' }
        domains        = @(
            @{ id = 'contoso.com'; isDefault = $true; isInitial = $false }
            @{ id = 'contoso.onmicrosoft.com'; isDefault = $false; isInitial = $true }
        )
        subscribedSkus = @($products)
        users          = $accounts
        groups         = @(
            @{ displayName = 'g1'; securityEnabled = $true; mailEnabled = $false }
            @{ displayName = 'g2'; securityEnabled = $true; mailEnabled = $false }
            @{ displayName = 'gm'; securityEnabled = $true; mailEnabled = $true }
            @{ displayName = 'gs'; securityEnabled = $true; mailEnabled = $false; onPremisesSyncEnabled = $true }
            @{ displayName = 'gd'; securityEnabled = $true; mailEnabled = $false; groupTypes = @('DynamicMembership'); membershipRule = 'user.department -eq "Sales"' }
        )
    }
}

# Makes such a tenant and connects to it.
function Connect-ReportTenant {
    param([hashtable] $Held = @{}, [hashtable] $Enabled = @{}, [hashtable] $Setting = @{})
    Connect-TestTenant -Seed (New-ReportSeed -Held $Held -Enabled $Enabled) -Setting $Setting
}

Export-ModuleMember -Function Get-ReportSku, Get-ReportPlan, Get-ReportUser, New-ReportSeed, Connect-ReportTenant
