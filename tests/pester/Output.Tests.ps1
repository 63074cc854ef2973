# What the compatible commands write to the pipeline: types, values, what is null, and what leaks out of a function.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    $models = 'Microsoft.Graph.PowerShell.Models'
    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $e3 = '05e9a617-0261-4cee-bb44-138d3ef5d965'
    # A hashtable that minds case, unlike one that is written as @{ }.
    $unknown = [hashtable]::new()
    $unknown['extension_int'] = 5
    $unknown['Extension_Int'] = 6
    $unknown['extension_long'] = 5000000000
    $unknown['extension_real'] = 1.5
    $unknown['extension_text'] = 'x'
    $unknown['extension_bool'] = $true
    $unknown['extension_list'] = @(1, 'two')
    $unknown['extension_object'] = @{ inner = 'y' }
    $seed = Get-CompanySeed
    $seed.settings = @{ faults = @(@{ on = @{ method = 'GET'; path = '/users/eve@contoso.com' }; addProperties = $unknown }) }
    $null = Connect-TestTenant -Seed $seed
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'Types' {
    It '<Call> writes <Type>' -ForEach @(
        @{ Call = 'Get-MgUser'; Type = 'MicrosoftGraphUser' }
        @{ Call = 'Get-MgUser -UserId ada@contoso.com'; Type = 'MicrosoftGraphUser' }
        @{ Call = 'Get-MgSubscribedSku'; Type = 'MicrosoftGraphSubscribedSku' }
        @{ Call = 'Get-MgUserLicenseDetail -UserId bob@contoso.com'; Type = 'MicrosoftGraphLicenseDetails' }
        @{ Call = 'Get-MgUserMemberOf -UserId bob@contoso.com'; Type = 'MicrosoftGraphDirectoryObject' }
        @{ Call = 'Get-MgGroup'; Type = 'MicrosoftGraphGroup' }
        @{ Call = 'Get-MgGroupMember -GroupId bbbbbbbb-0000-4000-8000-000000000001'; Type = 'MicrosoftGraphDirectoryObject' }
        @{ Call = 'Get-MgOrganization'; Type = 'MicrosoftGraphOrganization' }
        @{ Call = 'Get-MgDomain'; Type = 'MicrosoftGraphDomain' }
        @{ Call = 'Get-MgDirectorySubscription'; Type = 'MicrosoftGraphCompanySubscription' }
        @{ Call = 'Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = "f30db892-07e9-47e9-837c-80727f46fd3d" } -RemoveLicenses @()'; Type = 'MicrosoftGraphUser' }
    ) {
        $objects = @(& ([scriptblock]::Create($Call)))
        $objects.Count | Should -BeGreaterThan 0
        foreach ($object in $objects) {
            $object.GetType().FullName | Should -BeExactly "$models.$Type"
            $object.PSObject.TypeNames[0] | Should -BeExactly "$models.$Type"
            $object.GetType().GetInterface("$models.I$Type") | Should -Not -BeNullOrEmpty
        }
    }

    It 'gives nested objects types of their own' {
        $sku = Get-MgSubscribedSku | Where-Object SkuPartNumber -EQ SPE_E3
        $sku.PrepaidUnits.GetType().FullName | Should -BeExactly "$models.MicrosoftGraphLicenseUnitsDetail"
        $sku.ServicePlans[0].GetType().FullName | Should -BeExactly "$models.MicrosoftGraphServicePlanInfo"
        $user = Get-MgUser -UserId bob@contoso.com -Property AssignedLicenses, LicenseAssignmentStates, AssignedPlans
        $user.AssignedLicenses[0].GetType().FullName | Should -BeExactly "$models.MicrosoftGraphAssignedLicense"
        $user.LicenseAssignmentStates[0].GetType().FullName | Should -BeExactly "$models.MicrosoftGraphLicenseAssignmentState"
        $user.AssignedPlans[0].GetType().FullName | Should -BeExactly "$models.MicrosoftGraphAssignedPlan"
    }

    It 'prints a nested object as the name of its type, and plans by their names' {
        $sku = Get-MgSubscribedSku | Where-Object SkuPartNumber -EQ SPE_E3
        "$($sku.PrepaidUnits)" | Should -BeExactly "$models.MicrosoftGraphLicenseUnitsDetail"
        $text = $sku | Format-List -Property PrepaidUnits, ServicePlans | Out-String -Width 4000
        $text | Should -Match "PrepaidUnits\s*: $models\.MicrosoftGraphLicenseUnitsDetail"
        $text | Should -Match "ServicePlans\s*: \{$($sku.ServicePlans[0].ServicePlanName), $($sku.ServicePlans[1].ServicePlanName)"
    }
}

Describe 'Values' {
    It 'has ids as text, in small letters' {
        $sku = Get-MgSubscribedSku | Where-Object SkuPartNumber -EQ SPE_E5
        $sku.SkuId | Should -BeOfType ([string])
        $sku.SkuId | Should -BeExactly $e5
        $sku.Id | Should -BeExactly "0a5f3d21-6b1c-4c55-9d7e-2b8e4f6a9c10_$e5"
        $plan = $sku.ServicePlans | Where-Object ServicePlanName -EQ SWAY
        $plan.ServicePlanId | Should -BeOfType ([string])
        $plan.ServicePlanId | Should -BeExactly 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
        (Get-MgUser -UserId ada@contoso.com).Id | Should -BeExactly 'aaaaaaaa-0000-4000-8000-000000000001'
    }

    It 'has units as numbers' {
        $sku = Get-MgSubscribedSku | Where-Object SkuPartNumber -EQ SPE_E3
        $sku.ConsumedUnits | Should -BeOfType ([int])
        $sku.ConsumedUnits | Should -Be 1
        $sku.PrepaidUnits.Enabled | Should -Be 25
        $sku.PrepaidUnits.Warning | Should -Be 2
        $sku.PrepaidUnits.Suspended | Should -Be 1
        $sku.PrepaidUnits.LockedOut | Should -Be 0
        $sku.PrepaidUnits.Enabled - $sku.ConsumedUnits | Should -Be 24
        $sku.AppliesTo | Should -BeExactly 'User'
        $sku.CapabilityStatus | Should -BeExactly 'Enabled'
    }

    It 'has times in UTC' {
        $created = (Get-MgUser -UserId ada@contoso.com -Property CreatedDateTime).CreatedDateTime
        $created | Should -BeOfType ([datetime])
        $created.Kind | Should -Be 'Utc'
        $created | Should -Be ([datetime]::new(2024, 3, 5, 7, 8, 9, [System.DateTimeKind]::Utc))
    }

    It 'keeps a list of one a list' {
        $user = Get-MgUser -UserId bob@contoso.com -Property AssignedLicenses
        , $user.AssignedLicenses | Should -BeOfType ([array])
        $user.AssignedLicenses.Count | Should -Be 1
        , $user.AssignedLicenses[0].DisabledPlans | Should -BeOfType ([array])
        @($user.AssignedLicenses[0].DisabledPlans | Sort-Object) | Should -Be @('7547a3fe-08ee-4ccb-b430-5077c5041653', 'a23b959c-7ce8-4e57-9140-b90eb88a9e97')
    }

    It 'has switched-off plans in the licence details' {
        $detail = Get-MgUserLicenseDetail -UserId bob@contoso.com
        $detail.SkuId | Should -BeExactly $e3
        $detail.SkuPartNumber | Should -BeExactly 'SPE_E3'
        $off = @($detail.ServicePlans | Where-Object ProvisioningStatus -EQ 'Disabled').ServicePlanName | Sort-Object
        $off | Should -Be @('SWAY', 'YAMMER_ENTERPRISE')
        @($detail.ServicePlans | Where-Object ServicePlanName -EQ TEAMS1).ProvisioningStatus | Should -BeExactly 'Success'
    }

    It 'says that a direct assignment comes from no group, and its state in words' {
        $states = @((Get-MgUser -UserId bob@contoso.com -Property LicenseAssignmentStates).LicenseAssignmentStates)
        $states | Should -HaveCount 1
        $null -eq $states[0].AssignedByGroup | Should -BeTrue
        $states[0].State | Should -BeExactly 'Active'
        $states[0].Error | Should -BeExactly 'None'
        $states[0].SkuId | Should -BeExactly $e3
        $states[0].LastUpdatedDateTime | Should -BeOfType ([datetime])
    }

    It 'unrolls with Select-Object -ExpandProperty' {
        $rows = @(Get-MgUser -UserId bob@contoso.com -Property UserPrincipalName, LicenseAssignmentStates |
                Select-Object UserPrincipalName -ExpandProperty LicenseAssignmentStates)
        $rows | Should -HaveCount 1
        $rows[0].UserPrincipalName | Should -Be 'bob@contoso.com'
        $rows[0].SkuId | Should -Be $e3
    }

    It 'lists the verified domains of the organization' {
        $organization = Get-MgOrganization
        $organization.Id | Should -BeExactly '0a5f3d21-6b1c-4c55-9d7e-2b8e4f6a9c10'
        $organization.DisplayName | Should -BeExactly 'Contoso'
        $organization.CountryLetterCode | Should -BeExactly 'GB'
        @($organization.VerifiedDomains | Where-Object IsDefault).Name | Should -Be 'contoso.com'
        @($organization.VerifiedDomains | Where-Object IsInitial).Name | Should -Be 'contoso.onmicrosoft.com'
        @(Get-MgDomain | Where-Object IsDefault).Id | Should -Be 'contoso.com'
    }

    It 'dates subscriptions' {
        $subscription = Get-MgDirectorySubscription
        $subscription.SkuPartNumber | Should -BeExactly 'SPE_E5'
        $subscription.SkuId | Should -BeExactly $e5
        $subscription.TotalLicenses | Should -Be 10
        $subscription.NextLifecycleDateTime | Should -Be ([datetime]::new(2027, 1, 31, 0, 0, 0, [System.DateTimeKind]::Utc))
        $subscription.Status | Should -BeExactly 'Enabled'
    }
}

Describe 'Properties that were not asked for' {
    It 'exist and are null' {
        $user = Get-MgUser -UserId bob@contoso.com
        foreach ($name in 'AccountEnabled', 'AssignedLicenses', 'AssignedPlans', 'LicenseAssignmentStates', 'UsageLocation', 'UserType',
            'OnPremisesSyncEnabled', 'CreatedDateTime', 'SignInActivity', 'Department', 'LicenseDetails', 'PasswordProfile') {
            $user.PSObject.Properties.Name | Should -Contain $name
            $null -eq $user.$name | Should -BeTrue -Because $name
        }
        foreach ($name in 'DisplayName', 'Mail', 'UserPrincipalName', 'Id') {
            $user.$name | Should -Not -BeNullOrEmpty -Because $name
        }
    }

    It 'are the others when some are named' {
        $user = Get-MgUser -UserId bob@contoso.com -Property AssignedLicenses
        $user.AssignedLicenses | Should -HaveCount 1
        $null -eq $user.DisplayName | Should -BeTrue
        $null -eq $user.UsageLocation | Should -BeTrue
    }

    It 'are never fetched behind the script' {
        $requests = @(Get-SentRequest {
                $user = Get-MgUser -UserId bob@contoso.com
                $user.AssignedLicenses, $user.UsageLocation, $user.Manager | Out-Null
            })
        $requests | Should -HaveCount 1
    }

    It 'are null on groups too' {
        $group = Get-MgGroup -GroupId bbbbbbbb-0000-4000-8000-000000000001
        $group.DisplayName | Should -Be 'Staff'
        $null -eq $group.AssignedLicenses | Should -BeTrue
        $null -eq $group.LicenseProcessingState | Should -BeTrue
        $null -eq $group.Members | Should -BeTrue
    }
}

Describe 'AdditionalProperties' {
    It 'is a dictionary that minds case and holds what has no property' {
        $user = Get-MgUser -UserId ada@contoso.com
        $user.AdditionalProperties.GetType() | Should -Be ([System.Collections.Generic.Dictionary[string, object]])
        $user.AdditionalProperties['@odata.context'] | Should -Match "^$([regex]::Escape((Get-TestRoot)))/v1\.0/\`$metadata#users"
        $user.AdditionalProperties.ContainsKey('@ODATA.context') | Should -BeFalse
    }

    It 'has values of their own types' {
        $bag = (Get-MgUser -UserId eve@contoso.com).AdditionalProperties
        $bag['extension_int'] | Should -BeOfType ([int])
        $bag['extension_int'] | Should -Be 5
        $bag['Extension_Int'] | Should -Be 6 -Because 'keys that differ in case are two'
        $bag['extension_long'] | Should -BeOfType ([long])
        $bag['extension_long'] | Should -Be 5000000000
        $bag['extension_real'] | Should -BeOfType ([double])
        $bag['extension_real'] | Should -Be 1.5
        $bag['extension_text'] | Should -BeExactly 'x'
        $bag['extension_bool'] | Should -BeTrue
        $bag['extension_list'] | Should -Be @(1, 'two')
        $bag['extension_object']['inner'] | Should -BeExactly 'y'
    }

    It 'says everything about members but their id' {
        $members = @(Get-MgGroupMember -GroupId bbbbbbbb-0000-4000-8000-000000000001 -All | Sort-Object Id)
        $members.Id | Should -Be @('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002')
        $bag = $members[0].AdditionalProperties
        $bag.'@odata.type' | Should -BeExactly '#microsoft.graph.user'
        $bag.userPrincipalName | Should -BeExactly 'ada@contoso.com'
        $bag['displayName'] | Should -BeExactly 'Ada Archer'
        $bag.ContainsKey('displayName') | Should -BeTrue
        $bag.ContainsKey('DisplayName') | Should -BeFalse
    }

    It 'tells groups among memberships' {
        $groups = @(Get-MgUserMemberOf -UserId bob@contoso.com -All)
        @($groups.AdditionalProperties.displayName | Sort-Object) | Should -Be @('Leads', 'Staff')
        foreach ($group in $groups) {
            $group.AdditionalProperties['@odata.type'] | Should -BeExactly '#microsoft.graph.group'
        }
    }
}

Describe 'What leaks into the result of a function' {
    It 'is the user, after Set-MgUserLicense' {
        function Add-License {
            Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @()
            'done'
        }
        $result = @(Add-License)
        $result | Should -HaveCount 2
        $result[0].GetType().Name | Should -BeExactly 'MicrosoftGraphUser'
        $result[0].UserPrincipalName | Should -Be 'ada@contoso.com'
        $result[1] | Should -Be 'done'
    }

    It 'is nothing, after <Name>' -ForEach @(
        @{ Name = 'Update-MgUser'; Call = { Update-MgUser -UserId ada@contoso.com -JobTitle Clerk } }
        @{ Name = 'Update-MgUser with a body'; Call = { Update-MgUser -UserId ada@contoso.com -BodyParameter @{ jobTitle = 'Clerk' } } }
        @{ Name = 'Remove-MgUser'; Call = { Remove-MgUser -UserId aaaaaaaa-0000-4000-8000-000000000006 } }
    ) {
        @(& $Call) | Should -HaveCount 0
    }

    It 'is true, after Remove-MgUser -PassThru' {
        $result = @(Remove-MgUser -UserId cy@contoso.com -PassThru)
        $result | Should -HaveCount 1
        $result[0] | Should -BeOfType ([bool])
        $result[0] | Should -BeTrue
    }

    It 'is the new user, after New-MgUser' {
        $user = New-MgUser -DisplayName Kim -UserPrincipalName kim@contoso.com -MailNickname kim -AccountEnabled -PasswordProfile @{ Password = 'xWwvJ]6NMw+bWH-d' }
        $user.GetType().Name | Should -BeExactly 'MicrosoftGraphUser'
        $user.Id -as [guid] | Should -Not -BeNullOrEmpty
        $null -eq $user.PasswordProfile | Should -BeTrue
    }
}
