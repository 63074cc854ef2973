# Models of the directory, the organization and its domains. How to read this table: see README.md beside it.
@{
    MicrosoftGraphEntity          = @{
        Help       = 'Anything that has an id.'
        Properties = @{
            Id = 'string: The id of the object.'
        }
    }
    MicrosoftGraphDirectoryObject = @{
        Help       = 'An object of the directory of which only the id is sure: a user, a group, a role.'
        Extends    = 'MicrosoftGraphEntity'
        Columns    = 'Id', 'DeletedDateTime'
        Properties = @{
            DeletedDateTime = 'datetime: When the object was deleted; null as long as it was not.'
        }
    }
    MicrosoftGraphOrganization    = @{
        Help       = 'The organization, that is the tenant.'
        Extends    = 'MicrosoftGraphDirectoryObject'
        Columns    = 'DeletedDateTime', 'Id', 'BusinessPhones', 'City', 'Country', 'CountryLetterCode', 'CreatedDateTime', 'DefaultUsageLocation',
        'DisplayName', 'MarketingNotificationEmails', 'MobileDeviceManagementAuthority', 'OnPremisesLastSyncDateTime', 'OnPremisesSyncEnabled',
        'PartnerTenantType', 'PostalCode', 'PreferredLanguage', 'SecurityComplianceNotificationMails', 'SecurityComplianceNotificationPhones',
        'State', 'Street', 'TechnicalNotificationMails', 'TenantType'
        Properties = @{
            AssignedPlans                        = 'MicrosoftGraphAssignedPlan[]: The service plans of the tenant.'
            Branding                             = 'MicrosoftGraphOrganizationalBranding: The look of the sign-in page.'
            BusinessPhones                       = 'strings: Telephone number of the organization.'
            CertificateBasedAuthConfiguration    = 'MicrosoftGraphCertificateBasedAuthConfiguration[]: Settings of sign-in by certificate.'
            City                                 = 'string: City of the address.'
            Country                              = 'string: Country or region of the address.'
            CountryLetterCode                    = 'word: Country or region of the organization as two letters.'
            CreatedDateTime                      = 'datetime: When the organization was created.'
            DefaultUsageLocation                 = 'word: Two letters of the country where services are used unless a user says otherwise.'
            DisplayName                          = 'string: Name of the tenant.'
            Extensions                           = 'MicrosoftGraphExtension[]: Open extensions of the organization.'
            MarketingNotificationEmails          = 'strings: Addresses that marketing is sent to.'
            MobileDeviceManagementAuthority      = 'word: Who manages mobile devices.'
            OnPremisesLastSyncDateTime           = 'datetime: When the tenant was last synchronized with the on-premises directory.'
            OnPremisesSyncEnabled                = 'bool: Whether the tenant is synchronized with an on-premises directory.'
            PartnerTenantType                    = 'word: Kind of partner, if the tenant is one.'
            PostalCode                           = 'string: Postal code of the address.'
            PreferredLanguage                    = 'word: Preferred language of the organization.'
            PrivacyProfile                       = 'MicrosoftGraphPrivacyProfile: Privacy contact and statement.'
            ProvisionedPlans                     = 'MicrosoftGraphProvisionedPlan[]: The service plans as the services have set them up.'
            SecurityComplianceNotificationMails  = 'strings: Addresses for security and compliance notices.'
            SecurityComplianceNotificationPhones = 'strings: Telephone numbers for security and compliance notices.'
            State                                = 'string: State or province of the address.'
            Street                               = 'string: Street of the address.'
            TechnicalNotificationMails           = 'strings: Addresses for technical notices.'
            TenantType                           = 'word: Kind of tenant, for instance AAD.'
            VerifiedDomains                      = 'MicrosoftGraphVerifiedDomain[]: The domains of the tenant.'
        }
    }
    MicrosoftGraphVerifiedDomain  = @{
        Help       = 'A domain of the organization.'
        Closed     = $true
        Properties = @{
            Capabilities = 'word: The services the domain is used for.'
            IsDefault    = 'bool: Whether new users get this domain.'
            IsInitial    = 'bool: Whether this is the domain the tenant began with.'
            Name         = 'string: Name of the domain.'
            Type         = 'word: Managed or Federated.'
        }
    }
    MicrosoftGraphPrivacyProfile  = @{
        Help       = 'Privacy contact and statement of an organization.'
        Properties = @{
            ContactEmail = 'string: Address of the privacy contact.'
            StatementUrl = 'string: Address of the privacy statement.'
        }
    }
    MicrosoftGraphDomain          = @{
        Help       = 'A domain of the tenant. Its id is its name.'
        Extends    = 'MicrosoftGraphEntity'
        Columns    = 'Id', 'AuthenticationType', 'AvailabilityStatus', 'IsAdminManaged', 'IsDefault', 'IsInitial', 'IsRoot', 'IsVerified',
        'Manufacturer', 'Model', 'PasswordNotificationWindowInDays', 'PasswordValidityPeriodInDays', 'SupportedServices'
        Properties = @{
            AuthenticationType               = 'word: Managed or Federated.'
            AvailabilityStatus               = 'word: Whether the domain can be had; null except when that was asked.'
            DomainNameReferences             = 'MicrosoftGraphDirectoryObject[]: Objects that use the domain.'
            FederationConfiguration          = 'MicrosoftGraphInternalDomainFederation[]: Settings of federation.'
            IsAdminManaged                   = 'bool: Whether the records of the domain are managed by the administrator.'
            IsDefault                        = 'bool: Whether new users get this domain.'
            IsInitial                        = 'bool: Whether this is the domain the tenant began with.'
            IsRoot                           = 'bool: Whether the domain is a root, not a subdomain.'
            IsVerified                       = 'bool: Whether ownership has been proved.'
            Manufacturer                     = 'string: Manufacturer, for domains of devices.'
            Model                            = 'string: Model, for domains of devices.'
            PasswordNotificationWindowInDays = 'int: Days before a password runs out that the user is told.'
            PasswordValidityPeriodInDays     = 'int: Days that a password is good for.'
            RootDomain                       = 'MicrosoftGraphDomain: The root of a subdomain.'
            ServiceConfigurationRecords      = 'MicrosoftGraphDomainDnsRecord[]: Records that services need in the name system.'
            State                            = 'MicrosoftGraphDomainState: State of work under way on the domain.'
            SupportedServices                = 'words: Services the domain is used for, for instance Email.'
            VerificationDnsRecords           = 'MicrosoftGraphDomainDnsRecord[]: Records that prove ownership.'
        }
    }
    MicrosoftGraphDomainState     = @{
        Help       = 'State of work under way on a domain.'
        Properties = @{
            LastActionDateTime = 'datetime: When the state last changed.'
            Operation          = 'word: What is being done.'
            Status             = 'word: How far it has come.'
        }
    }
    ReferenceCreate               = @{
        Help       = 'A reference to an object by its address.'
        Columns    = @()
        Properties = @{
            OdataId = 'string as @odata.id: Full address of the object, https://graph.microsoft.com/v1.0/directoryObjects/ and the id.'
        }
    }
    ReferenceUpdate               = @{
        Help       = 'A reference to an object by its address, in the place of the one before.'
        Columns    = @()
        Properties = @{
            OdataId = 'string as @odata.id: Full address of the object, https://graph.microsoft.com/v1.0/directoryObjects/ and the id.'
        }
    }
}
