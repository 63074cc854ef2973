# The company that the scripts of this folder work on. A script that needs another one changes parts of it in expected.psd1.
@{
    version        = 1
    seed           = 11
    clock          = '2026-11-25T09:00:00Z'
    settings       = @{ durability = 'none'; requestLog = 'all' }
    organization   = @{ displayName = 'Contoso'; countryLetterCode = 'GB' }
    domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $false }, @{ id = 'contoso.onmicrosoft.com'; isDefault = $false; isInitial = $true })
    subscribedSkus = @(
        @{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 25 } }
        @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 5 } }
        @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 10000 } }
        @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 2 } }
    )
    users          = @(
        @{
            id = 'a0000000-0000-4000-8000-000000000001'; userPrincipalName = 'amy@contoso.com'; displayName = 'Amy Ash'; mail = 'amy@contoso.com'; department = 'Sales'
            usageLocation = 'GB'; manager = 'a0000000-0000-4000-8000-000000000004'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @() })
        }
        @{
            id = 'a0000000-0000-4000-8000-000000000002'; userPrincipalName = 'ben@contoso.com'; displayName = 'Ben Birch'; department = 'Sales'; usageLocation = 'GB'
            assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY', 'YAMMER_ENTERPRISE') })
        }
        @{ id = 'a0000000-0000-4000-8000-000000000003'; userPrincipalName = 'cat@contoso.com'; displayName = 'Cat Cedar'; department = 'Sales' }
        @{
            id = 'a0000000-0000-4000-8000-000000000004'; userPrincipalName = 'dan@contoso.com'; displayName = 'Dan Dogwood'; mail = 'dan@contoso.com'; department = 'IT'
            usageLocation = 'US'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E5'; disabledPlans = @() })
        }
        @{
            id = 'a0000000-0000-4000-8000-000000000005'; userPrincipalName = 'eva@contoso.com'; displayName = 'Eva Elm'; department = 'IT'; usageLocation = 'DE'
            assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE'; disabledPlans = @() })
        }
        @{
            id = 'a0000000-0000-4000-8000-000000000006'; userPrincipalName = 'fay@contoso.com'; displayName = 'Fay Fir'; department = 'HR'; usageLocation = 'GB'
            accountEnabled = $false; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @() }, @{ skuPartNumber = 'VISIOCLIENT'; disabledPlans = @() })
        }
        @{ id = 'a0000000-0000-4000-8000-000000000007'; userPrincipalName = 'gil@contoso.com'; displayName = 'Gil Gum'; department = 'HR'; usageLocation = 'GB' }
        @{
            id = 'a0000000-0000-4000-8000-000000000008'; displayName = 'Ivo Ivy'; userPrincipalName = 'ivo_fabrikam.com#EXT#@contoso.onmicrosoft.com'; mail = 'ivo@fabrikam.com'
            userType = 'Guest'; mailNickname = 'ivo'
        }
        @{ id = 'a0000000-0000-4000-8000-000000000009'; userPrincipalName = 'kim@contoso.com'; displayName = 'Kim Kapok'; department = 'IT'; usageLocation = 'GB' }
    )
    groups         = @(
        @{
            id = 'b0000000-0000-4000-8000-000000000001'; displayName = 'Licence E5'; mailNickname = 'licence-e5'; members = @('kim@contoso.com')
            assignedLicenses = @(@{ skuPartNumber = 'SPE_E5'; disabledPlans = @() })
        }
        @{ id = 'b0000000-0000-4000-8000-000000000002'; displayName = 'Sales'; mailNickname = 'sales'; members = @('amy@contoso.com', 'ben@contoso.com', 'cat@contoso.com'); owners = @('amy@contoso.com') }
        @{ id = 'b0000000-0000-4000-8000-000000000003'; displayName = 'Visio'; mailNickname = 'visio'; members = @() }
    )
}
